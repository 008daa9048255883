use domain::people::PersonAct;
use domain::selection::{Prospect, Results, Selection};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{
    Button, ButtonKind, ButtonLink, Card, Cell, Crumb, EmptyState, FormSummary, Glyph, HeadCell, PageHead,
    Row, StateMark, Table, Tone,
};

use crate::api::portal::invitations::{CancelInvitations, ResendInvitations};
use crate::api::portal::users::{DeactivateUsers, people_selected};
use crate::error::AppError;
use crate::layout::{FormState, loaded, selection_of_address};
use crate::paths;
use crate::texts::{self, Forms, People, texts};

/// Asks before something is done with several rows of the Overview, and tells what came of each: a page, so that it works
/// without script too.
#[component]
pub fn PeopleSelectedPage() -> impl IntoView {
    let t = texts::<People>();
    let address = selection_of_address();
    let act = Memo::new(move |_| PersonAct::parse(&address.get().0));
    let prospect = Resource::new(
        move || (act.get(), address.get().1),
        |(act, selection)| async move { people_selected(act.ok_or_else(AppError::missing)?, selection).await },
    );
    let (resend, cancel, deactivate) = (
        ServerAction::<ResendInvitations>::new(),
        ServerAction::<CancelInvitations>::new(),
        ServerAction::<DeactivateUsers>::new(),
    );
    let body = move |prospect: Prospect| {
        let selection = address.get_untracked().1;
        match act.get_untracked() {
            Some(act @ PersonAct::Resend) => {
                let form = move |inside| view! { <ActionForm action=resend>{inside}</ActionForm> }.into_any();
                question(act, prospect, &selection, resend, form)
            }
            Some(act @ PersonAct::Cancel) => {
                let form = move |inside| view! { <ActionForm action=cancel>{inside}</ActionForm> }.into_any();
                question(act, prospect, &selection, cancel, form)
            }
            Some(act @ PersonAct::Deactivate) => {
                let form =
                    move |inside| view! { <ActionForm action=deactivate>{inside}</ActionForm> }.into_any();
                question(act, prospect, &selection, deactivate, form)
            }
            None => ().into_any(),
        }
    };
    let results = move || {
        let done = [
            resend.value().get(),
            cancel.value().get(),
            deactivate.value().get(),
        ];
        done.into_iter().flatten().find_map(Result::ok)
    };
    let title = move || act.get().map_or(t.selected_title, |act| words(act).0);
    let crumbs = vec![
        Crumb {
            label: t.title.to_owned(),
            href: Some(paths::PEOPLE.to_owned()),
        },
        Crumb {
            label: t.selected_title.to_owned(),
            href: None,
        },
    ];
    view! {
        <Title text=t.selected_title/>
        <PageHead title=Signal::derive(title) lead="" crumbs/>
        {move || results().map(outcome)}
        // It stays: what it is made of listens to the same answer.
        <div hidden=move || results().is_some()>{loaded(prospect, body)}</div>
    }
}

/// The act and what it means for each row.
fn words(act: PersonAct) -> (&'static str, &'static str, ButtonKind) {
    let t = texts::<People>();
    match act {
        PersonAct::Resend => (t.resend_many, t.resend_hint, ButtonKind::Primary),
        PersonAct::Cancel => (t.cancel_many, t.cancel_hint, ButtonKind::Danger),
        PersonAct::Deactivate => (t.deactivate_many, t.deactivate_hint, ButtonKind::Danger),
    }
}

fn question<S>(
    act: PersonAct,
    prospect: Prospect,
    selection: &Selection,
    action: ServerAction<S>,
    form: impl FnOnce(AnyView) -> AnyView,
) -> AnyView
where
    S: ServerFn<Output = Results, Error = AppError> + Clone + Send + Sync + 'static,
{
    let t = texts::<People>();
    let (title, hint, kind) = words(act);
    if prospect.fit == 0 {
        return view! {
            <Card>
                <EmptyState title=t.none_fit icon=Glyph::Users>
                    <ButtonLink href=paths::PEOPLE>{t.title}</ButtonLink>
                </EmptyState>
            </Card>
        }
        .into_any();
    }
    let refused = FormState::new(action, paths::PEOPLE_SELECTED).summary();
    let more = usize::try_from(prospect.fit).unwrap_or(usize::MAX) > prospect.some.len();
    let some = prospect
        .some
        .into_iter()
        .map(|name| view! { <li>{name}</li> })
        .collect_view();
    let button = format!("{title} ({})", prospect.fit);
    let inside = view! {
        {fields(selection)}
        <div class="acts">
            <Button kind submit=true busy=action.pending()>{button}</Button>
            <ButtonLink href=paths::PEOPLE>{texts::<Forms>().cancel}</ButtonLink>
        </div>
    }
    .into_any();
    let form = form(inside);
    view! {
        <Card title=title>
            <p>{t.selected} ": " <strong>{prospect.selected}</strong> ". " {t.fit} ": " <strong>{prospect.fit}</strong> "."</p>
            <ul class="bullets">{some} {more.then(|| view! { <li>{t.and_more}</li> })}</ul>
            <p>{hint}</p>
            <FormSummary title=t.not_done faults=refused/>
            {form}
        </Card>
    }
    .into_any()
}

/// The selection, as the form hands it on.
fn fields(selection: &Selection) -> Vec<AnyView> {
    let field =
        |name: String, value: String| view! { <input type="hidden" name=name value=value/> }.into_any();
    let mut fields = vec![
        field("selection[ids]".to_owned(), selection.ids.clone()),
        field("selection[all]".to_owned(), selection.all.to_string()),
        field("selection[search]".to_owned(), selection.search.clone()),
    ];
    let filters = selection.filters.iter();
    fields.extend(filters.map(|(name, value)| field(format!("selection[filters][{name}]"), value.clone())));
    fields
}

fn outcome(results: Results) -> AnyView {
    let t = texts::<People>();
    let done = results.done();
    let refused = results.rows.len() - done;
    let head = move || {
        view! {
            <HeadCell label=t.email/>
            <HeadCell label=t.result/>
        }
        .into_any()
    };
    let rows = results.rows.into_iter().map(|row| {
        let (tone, said) = match row.refused {
            None => (Tone::Good, t.result_done.to_owned()),
            Some(fault) => (Tone::Bad, texts::said(&AppError::Fault(fault))),
        };
        view! {
            <Row>
                <Cell label=t.email main=true>{row.name}</Cell>
                <Cell label=t.result><StateMark tone text=said/></Cell>
            </Row>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Card title=format!("{}: {done} {}, {refused} {}", t.results, t.results_done, t.results_refused)>
            <Table caption=t.results head>{rows}</Table>
            <div class="acts"><ButtonLink href=paths::PEOPLE>{t.title}</ButtonLink></div>
        </Card>
    }
    .into_any()
}

/// What came of it, for those without script: how many.
#[component]
pub fn PeopleSelectedDonePage() -> impl IntoView {
    let t = texts::<People>();
    let map = use_query_map();
    let count = move |key: &str| {
        map.with(|map| map.get(key))
            .and_then(|text| text.parse::<u32>().ok())
            .unwrap_or(0)
    };
    let text = format!(
        "{}: {} {}, {} {}",
        t.results,
        count("done"),
        t.results_done,
        count("refused"),
        t.results_refused
    );
    view! {
        <Title text=t.results/>
        <PageHead title=t.selected_title lead=""/>
        <Card>
            <EmptyState title=text icon=Glyph::Users>
                <ButtonLink href=paths::PEOPLE>{t.title}</ButtonLink>
            </EmptyState>
        </Card>
    }
}

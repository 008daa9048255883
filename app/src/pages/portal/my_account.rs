use domain::Language;
use domain::my_account::{MyAccount as Account, OpenSession, device};
use domain::second_factor::SecondFactor as Factor;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use ui::{
    Button, ButtonKind, ButtonLink, Card, Cell, Choice, Fact, Facts, FormSummary, HeadCell, PageHead, Row,
    SelectField, StateMark, Table, Tone,
};

use crate::api::portal::my_account::{EndOtherSessions, EndSession, SetLanguage, my_account};
use crate::api::portal::second_factor::OfferSecondFactor;
use crate::layout::{FormState, loaded, say_when_done};
use crate::paths;
use crate::texts::{self, MyAccount, SecondFactor, texts};

#[component]
pub fn MyAccountPage() -> impl IntoView {
    let t = texts::<MyAccount>();
    let (end, end_others) = (
        ServerAction::<EndSession>::new(),
        ServerAction::<EndOtherSessions>::new(),
    );
    let form = FormState::new(end, paths::MY_ACCOUNT);
    let account = Resource::new(
        move || (end.version().get(), end_others.version().get()),
        |_| my_account(),
    );
    say_when_done(end, t.session_ended);
    say_when_done(end_others, t.others_ended);
    let body = move |account: Account| {
        let (sessions, language) = (account.sessions.clone(), account.language);
        let others = sessions.iter().any(|session| !session.here);
        let act = move || {
            others.then(|| {
                view! {
                    <ActionForm action=end_others>
                        <Button kind=ButtonKind::Danger small=true submit=true busy=end_others.pending()>{t.revoke_others}</Button>
                    </ActionForm>
                }
            })
        };
        view! {
            <div class="stack">
                <div class="two">
                    <Card title=t.you>{facts(account)}</Card>
                    <Card title=t.language>{language_form(language)}</Card>
                </div>
                <Card title=t.sessions actions=act flush=true>{sessions_list(sessions, end)}</Card>
            </div>
        }
    };
    view! {
        <Title text=t.title/>
        <PageHead title=t.title lead=t.lead/>
        <FormSummary title=t.not_done faults=form.summary()/>
        {loaded(account, body)}
    }
}

fn facts(account: Account) -> impl IntoView {
    let t = texts::<MyAccount>();
    let factor = texts::<SecondFactor>().title;
    let set_at = account
        .password_set_at
        .map(|at| format!("{} {}", t.password_since, texts::date(at)));
    let password = if account.has_password {
        view! {
            <p>{set_at}</p>
            <p><ButtonLink href=paths::CHANGE_PASSWORD small=true>{t.change_password}</ButtonLink></p>
        }
        .into_any()
    } else {
        t.no_password.into_any()
    };
    view! {
        <Facts>
            <Fact label=t.name>{account.name}</Fact>
            <Fact label=t.email>{account.email}</Fact>
            <Fact label=t.password>{password}</Fact>
            <Fact label=factor>{second_factor(account.second_factor, account.has_password)}</Fact>
        </Facts>
    }
}

fn second_factor(factor: Factor, has_password: bool) -> impl IntoView {
    let t = texts::<SecondFactor>();
    let Some(since) = factor.since else {
        if !has_password {
            return t.off_federated.into_any();
        }
        return view! {
            <p>{t.off}</p>
            <form method="post" action=OfferSecondFactor::PATH>
                <Button small=true submit=true>{t.set_up}</Button>
            </form>
        }
        .into_any();
    };
    let off = (!factor.required).then(|| {
        view! { <ButtonLink href=paths::REMOVE_SECOND_FACTOR small=true>{t.switch_off}</ButtonLink> }
    });
    view! {
        <p>{t.on_since} " " {texts::date(since)} ". " {t.codes_left} " " {factor.recovery_codes} "."</p>
        {factor.required.then(|| view! { <p class="soft">{t.required}</p> })}
        <div class="acts">
            <ButtonLink href=paths::RECOVERY_CODES small=true>{t.recovery}</ButtonLink>
            {off}
        </div>
    }
    .into_any()
}

/// A form of the browser alone: the whole page is fetched again, in the other language.
fn language_form(language: Language) -> impl IntoView {
    let t = texts::<MyAccount>();
    let choices: Vec<_> = Language::ALL
        .into_iter()
        .map(|language| Choice::new(language.key(), language.label()))
        .collect();
    view! {
        <form method="post" action=SetLanguage::PATH>
            <div class="fields">
                <SelectField
                    id="language" name="draft[language]" label=t.language hint=t.language_hint choices=choices
                    value=RwSignal::new(language.key().to_owned())
                />
                <div><Button submit=true>{t.save}</Button></div>
            </div>
        </form>
    }
}

fn sessions_list(sessions: Vec<OpenSession>, end: ServerAction<EndSession>) -> impl IntoView {
    let t = texts::<MyAccount>();
    let head = move || {
        view! {
            <HeadCell label=t.device/>
            <HeadCell label=t.address/>
            <HeadCell label=t.since/>
            <HeadCell label=t.seen/>
            <HeadCell label=t.action/>
        }
    };
    let row = move |session| session_row(session, end);
    view! {
        <Table caption=t.sessions head>{sessions.into_iter().map(row).collect_view()}</Table>
    }
}

fn session_row(session: OpenSession, end: ServerAction<EndSession>) -> impl IntoView {
    let t = texts::<MyAccount>();
    let name = match device(&session.agent) {
        Some((browser, system)) => format!("{browser} {} {system}", t.on),
        None if session.agent.is_empty() => t.unknown_device.to_owned(),
        None => session.agent,
    };
    let act = if session.here {
        view! { <StateMark tone=Tone::Good text=t.here/> }.into_any()
    } else {
        let label = format!("{}: {name}, {}", t.revoke, session.address);
        view! {
            <ActionForm action=end>
                <input type="hidden" name="key" value=session.key/>
                <Button small=true submit=true busy=end.pending() attr:aria-label=label>{t.revoke}</Button>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <Row>
            <Cell label=t.device main=true>{name}</Cell>
            <Cell label=t.address num=true>{session.address}</Cell>
            <Cell label=t.since>{texts::date_time(session.since)}</Cell>
            <Cell label=t.seen>{texts::date_time(session.seen)}</Cell>
            <Cell label=t.action>{act}</Cell>
        </Row>
    }
}

use domain::draft::name;
use domain::id::RegistrationId;
use domain::registration::{KnownAccount, MailFact, Registration, RegistrationFacts, reason};
use leptos::prelude::*;
use ui::{Button, ButtonKind, ButtonLink, Card, Fact, Facts, FormSummary, Note, TextArea, TextField, Tone};

use super::registrations::state_mark;
use crate::api::operator::registrations::{ApproveRegistration, RefuseRegistration, registration};
use crate::components::{CompanyFacts, given};
use crate::error::AppError;
use crate::layout::{DetailPage, FormState, Plain, id_of_page, loaded, say_when_done};
use crate::paths;
use crate::texts::{self, Operator, texts};

#[derive(Clone, Copy)]
struct Acts {
    approve: ServerAction<ApproveRegistration>,
    refuse: ServerAction<RefuseRegistration>,
    approve_form: FormState,
    refuse_form: FormState,
}

/// One registration: who it is, what is known, and what is decided.
#[component]
pub fn RegistrationPage() -> impl IntoView {
    let t = texts::<Operator>();
    let id = id_of_page::<RegistrationId>();
    let (approve, refuse) = (ServerAction::new(), ServerAction::new());
    let acts = Acts {
        approve,
        refuse,
        approve_form: FormState::new(approve, paths::APPROVE_REGISTRATION),
        refuse_form: FormState::new(refuse, paths::REFUSE_REGISTRATION),
    };
    say_when_done(approve, t.approved_done);
    say_when_done(refuse, t.refused_done);
    let found = Resource::new(
        move || id.get(),
        move |id| async move { registration(id.ok_or_else(AppError::missing)?).await },
    );
    view! { {loaded(found, move |found| details(found, acts))} }
}

fn details(found: Registration, acts: Acts) -> impl IntoView {
    let t = texts::<Operator>();
    let id = found.row.id;
    let Registration {
        row,
        information,
        phone,
        facts,
        account,
        ..
    } = found;
    let company = information.company.clone();
    let language = found.language.label();
    let decided = found.decided_at.map(|at| {
        view! {
            <Fact label=t.decided>{texts::date_time(at)}</Fact>
            <Fact label=t.decided_by>{row.decided_by.clone()}</Fact>
        }
    });
    let why =
        (!found.reason.is_empty()).then(|| view! { <Fact label=t.reason>{found.reason.clone()}</Fact> });
    let to_account =
        account.map(|id| view! { <p><ButtonLink href=paths::account(id)>{t.to_account}</ButtonLink></p> });
    let known = facts.map(|facts| {
        view! {
            <Card title=t.facts>{facts_list(facts)}</Card>
            {decide(id, company.clone(), acts)}
        }
    });
    view! {
        <DetailPage name=company.clone() list=(t.registrations, paths::REGISTRATIONS)>
            <div class="stack">
                <Card title=t.registration><CompanyFacts information/></Card>
                <Card title=t.person>
                    <Facts>
                        <Fact label=t.name>{row.name}</Fact>
                        <Fact label=t.email>{row.email}</Fact>
                        <Fact label=t.phone>{given(phone)}</Fact>
                        <Fact label=t.language>{language}</Fact>
                        <Fact label=t.news>{if found.news { t.yes } else { t.no }}</Fact>
                    </Facts>
                </Card>
            </div>
            <div class="stack">
                <Card title=t.state>
                    <Facts>
                        <Fact label=t.state>{state_mark(row.state)}</Fact>
                        <Fact label=t.asked>{texts::date_time(found.asked_at)}</Fact>
                        <Fact label=t.confirmed>{texts::date_time(row.confirmed_at)}</Fact>
                        {decided}
                        {why}
                    </Facts>
                    {to_account}
                </Card>
                {known}
            </div>
        </DetailPage>
    }
}

fn facts_list(facts: RegistrationFacts) -> impl IntoView {
    let t = texts::<Operator>();
    let list = |lines: Vec<AnyView>| view! { <ul class="plain">{lines}</ul> }.into_any();
    let mail = match facts.mail {
        MailFact::Servers(hosts) => list(
            hosts
                .into_iter()
                .map(|host| view! { <li>{host}</li> }.into_any())
                .collect(),
        ),
        MailFact::NoServers => t.mail_none.into_any(),
        MailFact::NoSuchDomain => t.mail_no_domain.into_any(),
        MailFact::Unknown => t.mail_unknown.into_any(),
    };
    let account =
        |KnownAccount { id, name }| view! { <li><a href=paths::account(id)>{name}</a></li> }.into_any();
    let accounts = if facts.accounts.is_empty() {
        view! { <span class="faint">{t.none}</span> }.into_any()
    } else {
        list(facts.accounts.into_iter().map(account).collect())
    };
    let taken = facts
        .name_taken
        .then(|| view! { <Note tone=Tone::Warn>{t.name_taken}</Note> });
    let trusted = (!facts.trusted.is_empty()).then(|| {
        view! { <Note tone=Tone::Warn>{t.trusted} " " {facts.trusted.join(", ")}</Note> }
    });
    view! {
        <Facts>
            <Fact label=t.domain>{facts.domain}</Fact>
            <Fact label=t.mail_servers>{mail}</Fact>
            <Fact label=t.other_accounts>{accounts}</Fact>
        </Facts>
        {taken}
        {trusted}
    }
}

fn decide(id: RegistrationId, company: String, acts: Acts) -> impl IntoView {
    let t = texts::<Operator>();
    let (approve, refuse) = (acts.approve_form, acts.refuse_form);
    let account_name = approve.value_or("name", &company);
    view! {
        <Card title=t.approve>
            <ActionForm action=acts.approve attr:novalidate=true>
                <div class="fields">
                    <FormSummary title=t.not_decided faults=approve.summary_of(vec![("name", t.account_name)])/>
                    <p class="soft">{t.approve_text}</p>
                    <input type="hidden" name="draft[id]" value=id.to_string()/>
                    <TextField id="name" name="draft[name]" label=t.account_name required=true value=account_name error=approve.error("name") check=Plain::check(name)/>
                    <div class="acts"><Button kind=ButtonKind::Primary submit=true busy=acts.approve.pending()>{t.approve}</Button></div>
                </div>
            </ActionForm>
        </Card>
        <Card title=t.refuse>
            <ActionForm action=acts.refuse attr:novalidate=true>
                <div class="fields">
                    <FormSummary title=t.not_decided faults=refuse.summary_of(vec![("reason", t.reason)])/>
                    <input type="hidden" name="draft[id]" value=id.to_string()/>
                    <TextArea id="reason" name="draft[reason]" label=t.reason hint=t.reason_hint required=true value=refuse.value("reason") error=refuse.error("reason") check=Plain::check(reason)/>
                    <div class="acts"><Button kind=ButtonKind::Danger submit=true busy=acts.refuse.pending()>{t.refuse}</Button></div>
                </div>
            </ActionForm>
        </Card>
    }
}

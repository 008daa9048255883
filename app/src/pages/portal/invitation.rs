use domain::draft::name;
use domain::invitation::{InvitationState, Offer, OpenedInvitation};
use domain::sign_in::SignInStep;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{Button, ButtonKind, ButtonLink, Fact, Facts, FormSummary, PasswordField, TextField};

use crate::api::portal::invitations::{AcceptInvitation, DeclineInvitation, open_invitation};
use crate::api::portal::session::SignOut;
use crate::layout::{FormKey, FormState, Gate, Plain, loaded};
use crate::paths;
use crate::texts::{Frame, Invitation, texts};

#[derive(Clone, Copy)]
struct Acts {
    accept: ServerAction<AcceptInvitation>,
    decline: ServerAction<DeclineInvitation>,
    sign_out: ServerAction<SignOut>,
}

/// What the link of an invitation leads to. To open it changes nothing.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let (t, frame) = (texts::<Invitation>(), texts::<Frame>());
    let acts = Acts {
        accept: ServerAction::new(),
        decline: ServerAction::new(),
        sign_out: ServerAction::new(),
    };
    let forms = (
        FormState::new(acts.accept, paths::INVITATION),
        FormState::new(acts.decline, ""),
    );
    let map = use_query_map();
    let token = Memo::new(move |_| map.with(|map| map.get("token")).unwrap_or_default());
    let declined = acts.decline.version();
    let opened = Resource::new(
        move || (token.get(), declined.get()),
        |(token, _)| open_invitation(token),
    );
    let body = move |opened| show(opened, token.get_untracked(), acts, forms);
    view! {
        <Title text=t.title/>
        <Gate tagline=frame.tagline more=frame.tagline_more>{loaded(opened, body)}</Gate>
    }
}

fn show(opened: OpenedInvitation, token: String, acts: Acts, forms: (FormState, FormState)) -> AnyView {
    let t = texts::<Invitation>();
    let log_in = || view! { <ButtonLink href=paths::LOGIN kind=ButtonKind::Primary>{t.log_in}</ButtonLink> };
    match opened {
        OpenedInvitation::Open(offer) => offer_form(offer, token, acts, forms),
        OpenedInvitation::SignedInAs { email, invited } => view! {
            <h1>{t.other_title}</h1>
            <p>{t.other_you_are} " " <strong>{email}</strong> ". " {t.other_invited} " " <strong>{invited}</strong> "."</p>
            <p class="soft">{t.other_way_out}</p>
            <ActionForm action=acts.sign_out>
                <Button kind=ButtonKind::Primary submit=true busy=acts.sign_out.pending()>{t.log_out}</Button>
            </ActionForm>
        }
        .into_any(),
        OpenedInvitation::Over(InvitationState::Accepted) => view! {
            <h1>{t.accepted_title}</h1>
            <p>{t.accepted_text}</p>
            {log_in()}
        }
        .into_any(),
        OpenedInvitation::Over(InvitationState::Declined) => said(t.declined_title, t.declined_text),
        OpenedInvitation::Over(InvitationState::Cancelled) => said(t.cancelled_title, t.cancelled_text),
        OpenedInvitation::Over(InvitationState::Expired | InvitationState::Pending) => {
            said(t.expired_title, t.expired_text)
        }
        OpenedInvitation::Unknown => said(t.unknown_title, t.unknown_text),
    }
}

fn said(title: &'static str, text: &'static str) -> AnyView {
    view! { <h1>{title}</h1> <p>{text}</p> }.into_any()
}

fn offer_form(offer: Offer, token: String, acts: Acts, (form, decline): (FormState, FormState)) -> AnyView {
    let t = texts::<Invitation>();
    let first = form.value_or("first_name", &offer.first_name);
    let last = form.value_or("last_name", &offer.last_name);
    let password = RwSignal::new(String::new());
    let federated = offer.federated;
    Effect::new(move |_| {
        if let Some(Ok(SignInStep::Company { url })) = acts.accept.value().get() {
            let _ = window().location().set_href(&url);
        }
    });
    let (email, accepted, declined) = (offer.email.clone(), token.clone(), token);
    let labels = vec![
        ("first_name", t.first_name),
        ("last_name", t.last_name),
        ("password", t.password),
    ];
    view! {
        <div>
            <h1>{t.title}</h1>
            <p>{offer.invited_by} " " {t.invites} " " <strong>{offer.account}</strong> "."</p>
        </div>
        <Facts>
            <Fact label=t.email>{offer.email}</Fact>
            <Fact label=t.role>{offer.role.label()}</Fact>
            <Fact label=t.days_left>{offer.days_left}</Fact>
        </Facts>
        <ActionForm action=acts.accept attr:novalidate=true>
            <FormSummary title=t.not_accepted faults=form.summary_of(labels)/>
            <input type="hidden" name="draft[token]" value=accepted/>
            // For the password manager: which name the password belongs to.
            <input type="hidden" name="username" autocomplete="username" value=email/>
            <TextField id="first_name" name="draft[first_name]" label=t.first_name autocomplete="given-name" value=first error=form.error("first_name") check=Plain::check(name)/>
            <TextField id="last_name" name="draft[last_name]" label=t.last_name autocomplete="family-name" value=last error=form.error("last_name") check=Plain::check(name)/>
            {if federated {
                view! { <p class="soft">{t.federated}</p> }.into_any()
            } else {
                view! { <PasswordField id="password" name="draft[password]" label=t.password hint=t.password_hint required=true autocomplete="new-password" value=password error=form.error("password") check=Plain::check(domain::user::new_password)/> }.into_any()
            }}
            <Button kind=ButtonKind::Primary submit=true busy=acts.accept.pending()>{t.accept}</Button>
        </ActionForm>
        <ActionForm action=acts.decline>
            <FormSummary title=t.not_declined faults=decline.summary()/>
            <input type="hidden" name="token" value=declined/>
            <p class="soft">{t.decline_text}</p>
            <FormKey/>
            <Button submit=true busy=acts.decline.pending()>{t.decline}</Button>
        </ActionForm>
    }
    .into_any()
}

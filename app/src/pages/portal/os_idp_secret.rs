use domain::draft::short_text;
use domain::os_idp::{CREDENTIAL_MAX, OsIdp};
use domain::os_idp_change::{KeepOld, noon_of};
use domain::os_idp_test::OsIdpDetails;
use leptos::prelude::*;
use ui::{ButtonKind, Choice, FormSummary, PasswordField, RadioField, TextField};

use super::os_idp_about::{about, acts, form_card, versioned};
use crate::api::portal::os_idps::UpdateClientSecret;
use crate::layout::{FormState, Plain, say_when_done, summary_unless_overtaken};
use crate::paths;
use crate::texts::{self, OsIdpActs, OsIdps, texts};

/// "Update client secret".
#[component]
pub fn OsIdpSecretPage() -> impl IntoView {
    let t = texts::<OsIdpActs>();
    let action = ServerAction::<UpdateClientSecret>::new();
    let form = FormState::new(action, paths::UPDATE_CLIENT_SECRET);
    say_when_done(action, t.secret_updated);
    about((t.update_secret, t.update_secret_lead), form, move |details| {
        secret_form(details, action, form)
    })
}

fn secret_form(
    details: OsIdpDetails,
    action: ServerAction<UpdateClientSecret>,
    form: FormState,
) -> impl IntoView {
    let (t, of_idp) = (texts::<OsIdpActs>(), texts::<OsIdps>());
    let idp = details.idp;
    let secret = RwSignal::new(String::new());
    let expires = form.value("secret_expires");
    let keep = form.value_or("keep_old", KeepOld::UntilFirstSuccess.key());
    let choices = KeepOld::ALL
        .map(|keep| Choice::new(keep.key(), keep_words(keep)))
        .to_vec();
    let labels = vec![
        ("client_secret", t.new_secret),
        ("secret_expires", of_idp.secret_expires),
        ("keep_old", t.keep_old),
    ];
    let of_version = versioned(form, &idp, vec![(of_idp.secret_expires, expires, expires_text)]);
    let id = idp.id;
    let fields = view! {
        <ActionForm action=action attr:novalidate=true>
            <div class="fields">
                <FormSummary title=t.not_done faults=summary_unless_overtaken(form, labels)/>
                {of_version}
                <PasswordField id="client_secret" name="draft[client_secret]" label=t.new_secret hint=of_idp.client_secret_hint required=true autocomplete="off" value=secret error=form.error("client_secret") check=Plain::check(short_text(CREDENTIAL_MAX))/>
                <TextField id="secret_expires" name="draft[secret_expires]" label=of_idp.secret_expires hint=of_idp.secret_expires_hint kind="date" value=expires error=form.error("secret_expires") check=Plain::check(noon_of)/>
                <RadioField id="keep_old" name="draft[keep_old]" label=t.keep_old hint=t.keep_old_hint choices value=keep error=form.error("keep_old")/>
                {acts(id, (ButtonKind::Primary, t.save), action.pending())}
            </div>
        </ActionForm>
    };
    form_card(&idp, fields)
}

fn keep_words(keep: KeepOld) -> &'static str {
    let t = texts::<OsIdpActs>();
    match keep {
        KeepOld::Replace => t.keep_replace,
        KeepOld::UntilFirstSuccess => t.keep_first_success,
        KeepOld::Hour => t.keep_hour,
        KeepOld::Day => t.keep_day,
        KeepOld::Week => t.keep_week,
    }
}

fn expires_text(idp: &OsIdp) -> String {
    idp.secret
        .expires
        .as_ref()
        .map(|(at, _)| texts::date(*at))
        .unwrap_or_default()
}

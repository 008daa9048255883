use domain::DomainName;
use domain::os_idp::OsIdp;
use domain::os_idp_test::OsIdpDetails;
use leptos::prelude::*;
use ui::{ButtonKind, FormSummary, LinesField};

use super::os_idp_about::{about, acts, form_card, versioned};
use crate::api::portal::os_idps::UpdateOsIdpDomains;
use crate::layout::{FormState, Plain, say_when_done, summary_unless_overtaken};
use crate::paths;
use crate::texts::{OsIdpActs, OsIdps, texts};

/// "Update Mapped Domains".
#[component]
pub fn OsIdpDomainsPage() -> impl IntoView {
    let t = texts::<OsIdpActs>();
    let action = ServerAction::<UpdateOsIdpDomains>::new();
    let form = FormState::new(action, paths::UPDATE_OS_IDP_DOMAINS);
    say_when_done(action, t.domains_updated);
    about((t.update_domains, t.update_domains_lead), form, move |details| {
        domains_form(details, action, form)
    })
}

fn domains_form(
    details: OsIdpDetails,
    action: ServerAction<UpdateOsIdpDomains>,
    form: FormState,
) -> impl IntoView {
    let (t, of_idp) = (texts::<OsIdpActs>(), texts::<OsIdps>());
    let idp = details.idp;
    let domains = form.value_or("domains", &domains_text(&idp));
    let of_version = versioned(form, &idp, vec![(of_idp.domains, domains, domains_text)]);
    let id = idp.id;
    let fields = view! {
        <ActionForm action=action attr:novalidate=true>
            <div class="fields">
                <FormSummary title=t.not_done faults=summary_unless_overtaken(form, vec![("domains", of_idp.domains)])/>
                {of_version}
                <LinesField id="domains" name="draft[domains]" label=of_idp.domains hint=of_idp.domains_hint line_label=of_idp.domain value=domains error=form.error("domains") check=Plain::check(DomainName::parse)/>
                {acts(id, (ButtonKind::Primary, t.save), action.pending())}
            </div>
        </ActionForm>
    };
    form_card(&idp, fields)
}

fn domains_text(idp: &OsIdp) -> String {
    let domains: Vec<_> = idp.domains.iter().map(|mapped| mapped.domain.as_str()).collect();
    domains.join("\n")
}

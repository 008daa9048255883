use domain::DomainName;
use leptos::prelude::*;
use ui::{FormSummary, LinesField};

use crate::api::portal::domains::AddDomains;
use crate::layout::{FormActs, FormPage, FormState, Plain, is_blank, needed, say_when_done};
use crate::paths;
use crate::texts::{DomainTexts, texts};

#[component]
pub fn NewDomainsPage() -> impl IntoView {
    let action = ServerAction::<AddDomains>::new();
    let form = FormState::new(action, paths::NEW_DOMAINS);
    let t = texts::<DomainTexts>();
    let domains = form.value("domains");
    let needs = vec![needed("domains", t.domains, move || !is_blank(domains))];
    say_when_done(action, t.added);
    view! {
        <FormPage title=t.add lead=t.add_lead list=(t.title, paths::DOMAINS) here=t.add needs>
            <ActionForm action=action attr:novalidate=true>
                <div class="fields">
                    <FormSummary title=t.not_added faults=form.summary_of(vec![("domains", t.domains)])/>
                    <LinesField id="domains" name="draft[domains]" label=t.domains hint=t.domains_hint required=true line_label=t.domain value=domains error=form.error("domains") check=Plain::check(DomainName::parse)/>
                    <FormActs busy=action.pending() back=paths::DOMAINS/>
                </div>
            </ActionForm>
        </FormPage>
    }
}

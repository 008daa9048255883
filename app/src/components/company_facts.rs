use domain::country::country_name;
use domain::registration::{CompanyInformation, industry_name};
use leptos::prelude::*;
use ui::{Fact, Facts};

use crate::state::preferences::lang;
use crate::texts::{Account, Registration, texts};

/// "Company Information" to read.
#[component]
pub fn CompanyFacts(information: CompanyInformation) -> impl IntoView {
    let t = texts::<Registration>();
    let country = country_name(&information.country, lang()).to_owned();
    let industry = industry_name(&information.industry, lang()).to_owned();
    let facts = [
        (t.company, information.company),
        (t.address, information.address),
        (t.address2, information.address2),
        (t.city, information.city),
        (t.post_code, information.post_code),
        (t.country, country),
        (t.state, information.state),
        (t.industry, industry),
    ];
    let fact = |(label, value): (&'static str, String)| view! { <Fact label>{given(value)}</Fact> };
    view! { <Facts>{facts.into_iter().map(fact).collect_view()}</Facts> }
}

/// A value, or that there is none.
pub fn given(value: String) -> AnyView {
    if value.is_empty() {
        view! { <span class="faint">{texts::<Account>().empty}</span> }.into_any()
    } else {
        value.into_any()
    }
}

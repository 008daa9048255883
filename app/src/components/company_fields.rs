use domain::country::countries;
use domain::draft::{name, short_text};
use domain::registration::{CompanyInformation, INDUSTRIES, LINE_MAX, OTHER_INDUSTRY, POST_CODE_MAX};
use leptos::prelude::*;
use ui::{Choice, Required, SelectField, TextField};

use crate::layout::{FormState, Plain, is_blank, needed};
use crate::state::preferences::lang;
use crate::texts::{Registration, texts};

/// The fields of "Company Information".
#[derive(Clone, Copy)]
pub struct CompanyValues {
    company: RwSignal<String>,
    address: RwSignal<String>,
    address2: RwSignal<String>,
    city: RwSignal<String>,
    post_code: RwSignal<String>,
    country: RwSignal<String>,
    state: RwSignal<String>,
    industry: RwSignal<String>,
}

impl CompanyValues {
    /// What the fields start with: what was typed and refused, else what is known.
    pub fn of(form: FormState, known: &CompanyInformation) -> Self {
        let country = match (known.country.as_str(), lang()) {
            ("", language) => language.pick("US", "DE"),
            (known, _) => known,
        };
        let industry = match known.industry.as_str() {
            "" => OTHER_INDUSTRY,
            known => known,
        };
        Self {
            company: form.value_or("company", &known.company),
            address: form.value_or("address", &known.address),
            address2: form.value_or("address2", &known.address2),
            city: form.value_or("city", &known.city),
            post_code: form.value_or("post_code", &known.post_code),
            country: form.value_or("country", country),
            state: form.value_or("state", &known.state),
            industry: form.value_or("industry", industry),
        }
    }

    /// Those that a form cannot do without.
    pub fn needs(self) -> Vec<Required> {
        let t = texts::<Registration>();
        let fields = [
            ("company", t.company, self.company),
            ("address", t.address, self.address),
            ("city", t.city, self.city),
            ("post_code", t.post_code, self.post_code),
            ("country", t.country, self.country),
            ("state", t.state, self.state),
            ("industry", t.industry, self.industry),
        ];
        let need = |(id, label, value)| needed(id, label, move || !is_blank(value));
        fields.into_iter().map(need).collect()
    }

    /// Field, label and what stands in it.
    pub fn values(self) -> [(&'static str, &'static str, RwSignal<String>); 8] {
        let t = texts::<Registration>();
        [
            ("company", t.company, self.company),
            ("address", t.address, self.address),
            ("address2", t.address2, self.address2),
            ("city", t.city, self.city),
            ("post_code", t.post_code, self.post_code),
            ("country", t.country, self.country),
            ("state", t.state, self.state),
            ("industry", t.industry, self.industry),
        ]
    }
}

/// "Company Information": the same in a registration and on the page of the account.
#[component]
pub fn CompanyFields(values: CompanyValues, form: FormState) -> impl IntoView {
    let t = texts::<Registration>();
    let countries: Vec<_> = countries(lang())
        .into_iter()
        .map(|(code, name)| Choice::new(code, name))
        .collect();
    let industries: Vec<_> = INDUSTRIES
        .iter()
        .map(|(key, english, german)| Choice::new(*key, lang().pick(*english, *german)))
        .collect();
    view! {
        <TextField id="company" name="draft[company]" label=t.company required=true autocomplete="organization" value=values.company error=form.error("company") check=Plain::check(name)/>
        <TextField id="address" name="draft[address]" label=t.address required=true autocomplete="address-line1" value=values.address error=form.error("address") check=Plain::check(short_text(LINE_MAX))/>
        <TextField id="address2" name="draft[address2]" label=t.address2 autocomplete="address-line2" value=values.address2 error=form.error("address2") check=Plain::check(short_text(LINE_MAX))/>
        <TextField id="city" name="draft[city]" label=t.city required=true autocomplete="address-level2" value=values.city error=form.error("city") check=Plain::check(short_text(LINE_MAX))/>
        <TextField id="post_code" name="draft[post_code]" label=t.post_code required=true autocomplete="postal-code" value=values.post_code error=form.error("post_code") check=Plain::check(short_text(POST_CODE_MAX))/>
        <SelectField id="country" name="draft[country]" label=t.country required=true choices=countries value=values.country error=form.error("country")/>
        <TextField id="state" name="draft[state]" label=t.state required=true autocomplete="address-level1" value=values.state error=form.error("state") check=Plain::check(short_text(LINE_MAX))/>
        <SelectField id="industry" name="draft[industry]" label=t.industry required=true choices=industries value=values.industry error=form.error("industry")/>
    }
}

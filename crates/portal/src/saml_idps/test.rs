//! The test sign-in: the real flow in the Super Admin's browser, which opens no session and shows what came.

use access::{Authorized, Rate, Result};
use domain::id::SamlIdpId;
use domain::permission::ManageSamlIdps;
use domain::saml_idp::{NamedAttribute, SamlTest};
use domain::{Fault, Language};
use federation::saml::{Attribute, NameId, SamlError, Subject};
use serde::{Deserialize, Serialize};
use time::Duration;

use super::rows;
use super::words::words;
use crate::federated::{self, Begun, Purpose};
use crate::users::signed_in;

/// Tests that an account may begin.
const TESTS: Rate = Rate {
    name: "portal.saml_test.account",
    burst: 60,
    per: Duration::HOUR,
};
/// Most attributes and values of one that are kept for the page, and the longest text, in characters.
const ATTRIBUTES_MAX: usize = 64;
const VALUES_MAX: usize = 20;
const TEXT_MAX: usize = 300;

/// Begins a test sign-in in this browser, whether the provider is active or not.
pub async fn begin(auth: &Authorized<ManageSamlIdps>, id: SamlIdpId, browser: Option<&str>) -> Result<Begun> {
    let account = auth.account()?;
    let row = rows::get(&mut auth.read().await?, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    auth.services().rates().count(TESTS, &account.to_string())?;
    let purpose = Purpose::Test {
        user: signed_in(auth.actor())?,
        email: auth.actor().name().to_owned(),
    };
    federated::start(auth, &row, &purpose, browser).await
}

/// What a test brought, as it is kept.
#[derive(Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// In every language, in the order of [`Language::ALL`]; empty where it passed.
    problem: Vec<String>,
    name_id: Option<NamedAttribute>,
    email: Option<String>,
    attributes: Vec<NamedAttribute>,
}

impl Outcome {
    /// The assertion was accepted. `told` says what stands against the person, if anything.
    pub fn of(subject: &Subject, told: Option<impl Fn(Language) -> String>) -> Self {
        Self {
            problem: told.map_or_else(Vec::new, |told| Language::ALL.into_iter().map(told).collect()),
            name_id: Some(name_id(&subject.name_id)),
            email: Some(subject.email.to_string()),
            attributes: attributes(&subject.attributes),
        }
    }

    /// It was not.
    pub fn failed(error: &SamlError) -> Self {
        let (name, all) = match error {
            SamlError::NoEmail { name_id, attributes } => (Some(name_id), attributes.as_slice()),
            _ => (None, &[][..]),
        };
        Self {
            problem: Language::ALL
                .into_iter()
                .map(|language| words(error, language))
                .collect(),
            name_id: name.map(name_id),
            email: None,
            attributes: attributes(all),
        }
    }

    pub fn passed(&self) -> bool {
        self.problem.is_empty()
    }
}

/// A kept result, for a page.
pub(super) fn shown(row: rows::TestRow, language: Language) -> Result<SamlTest> {
    let outcome: Outcome = serde_json::from_str(&row.result)?;
    let at = Language::ALL.iter().position(|known| *known == language);
    Ok(SamlTest {
        problem: outcome.problem.into_iter().nth(at.unwrap_or_default()),
        by: row.tested_by,
        at: row.tested_at,
        name_id: outcome.name_id,
        email: outcome.email,
        attributes: outcome.attributes,
    })
}

fn name_id(name: &NameId) -> NamedAttribute {
    NamedAttribute {
        name: cut(&name.format),
        values: vec![cut(&name.value)],
    }
}

fn attributes(all: &[Attribute]) -> Vec<NamedAttribute> {
    let shown = |attribute: &Attribute| NamedAttribute {
        name: cut(&attribute.name),
        values: attribute
            .values
            .iter()
            .take(VALUES_MAX)
            .map(|value| cut(value))
            .collect(),
    };
    all.iter().take(ATTRIBUTES_MAX).map(shown).collect()
}

fn cut(text: &str) -> String {
    text.chars().take(TEXT_MAX).collect()
}

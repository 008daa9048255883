use access::{Result, Services, Tx};
use domain::id::AccountId;
use domain::{Cloud, Language};

use super::rows::{self, ClaimRow};
use super::{record, tenant};
use crate::Settings;
use crate::mails::{self, Letter, Part};

/// What became of a domain.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Its proof has been missing for a day.
    Stale,
    /// ... for a week.
    Lapsed,
}

/// Tells everybody who can bring the proof back.
pub(super) async fn post(
    tx: &mut Tx,
    services: &Services<Cloud>,
    settings: &Settings,
    account: AccountId,
    row: &ClaimRow,
    change: Change,
) -> Result<()> {
    let letter = ProofMissing {
        domain: &row.domain,
        change,
        record: tenant::authority(&row.domain)
            .is_none()
            .then(|| record(&row.domain, &row.token)),
        url: format!("{}/services/domains/{}", settings.portal_url, row.id),
    };
    for admin in rows::admins(tx, account).await? {
        let language = Language::parse(&admin.language).unwrap_or_default();
        mails::post(tx, services, &admin.email, language, &letter).await?;
    }
    Ok(())
}

struct ProofMissing<'a> {
    domain: &'a str,
    change: Change,
    /// Name and value of the text record, where the domain is proved by one.
    record: Option<(String, String)>,
    url: String,
}

impl Letter for ProofMissing<'_> {
    fn subject(&self, language: Language) -> String {
        let domain = self.domain;
        match self.change {
            Change::Stale => language.pick(
                format!("The proof of {domain} is missing"),
                format!("Der Nachweis für {domain} fehlt"),
            ),
            Change::Lapsed => language.pick(
                format!("{domain} is not proved any more"),
                format!("{domain} ist nicht mehr nachgewiesen"),
            ),
        }
    }

    fn body(&self, language: Language) -> Vec<Part> {
        let Self {
            domain, record, url, ..
        } = self;
        let what = match self.change {
            Change::Stale => language.pick(
                format!("The proof that {domain} is yours has not been found since yesterday. Everything still works. If it is not back within six days, nobody with an address of {domain} can onboard a device."),
                format!("Der Nachweis, dass {domain} Ihre Domain ist, ist seit gestern nicht mehr zu finden. Noch funktioniert alles. Ist er in sechs Tagen nicht wieder da, kann niemand mit einer Adresse von {domain} mehr ein Gerät einrichten."),
            ),
            Change::Lapsed => language.pick(
                format!("The proof that {domain} is yours has been missing for a week. Nobody with an address of {domain} can onboard a device now. Devices that are onboarded already go on working."),
                format!("Der Nachweis, dass {domain} Ihre Domain ist, fehlt seit einer Woche. Niemand mit einer Adresse von {domain} kann jetzt ein Gerät einrichten. Geräte, die schon eingerichtet sind, arbeiten weiter."),
            ),
        };
        let next = match record {
            Some((name, value)) => language.pick(
                format!("Put the record back, and choose \"Check now\" on the page of the domain:\n{name}\nTXT\n{value}"),
                format!("Legen Sie den Eintrag wieder an, und wählen Sie „Jetzt prüfen“ auf der Seite der Domain:\n{name}\nTXT\n{value}"),
            ),
            None => language
                .pick(
                    "Register an IGEL OS IdP whose issuer is the tenant of this domain, and choose \"Check now\" on the page of the domain.",
                    "Registrieren Sie einen IGEL OS IdP, dessen Issuer der Mandant dieser Domain ist, und wählen Sie „Jetzt prüfen“ auf der Seite der Domain.",
                )
                .to_owned(),
        };
        vec![
            Part::Text(what),
            Part::Text(next),
            Part::button(language.pick("Open the domain", "Domain öffnen"), url),
        ]
    }
}

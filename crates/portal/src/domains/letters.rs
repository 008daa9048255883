use access::{Result, Services, Tx};
use domain::id::AccountId;
use domain::{Cloud, Language};

use super::record;
use super::rows::{self, ClaimRow};
use crate::Settings;
use crate::mails::{self, Letter, Part};

/// What became of a domain.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Its record has been missing for a day.
    Stale,
    /// ... for a week.
    Lapsed,
}

/// Tells everybody who can put the record back.
pub(super) async fn post(
    tx: &mut Tx,
    services: &Services<Cloud>,
    settings: &Settings,
    account: AccountId,
    row: &ClaimRow,
    change: Change,
) -> Result<()> {
    let (name, value) = record(&row.domain, &row.token);
    let letter = ProofMissing {
        domain: &row.domain,
        change,
        name,
        value,
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
    name: String,
    value: String,
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
            domain,
            name,
            value,
            url,
            ..
        } = self;
        let what = match self.change {
            Change::Stale => language.pick(
                format!("The text record that proves that {domain} is yours has not been found since yesterday. Everything still works. If it is not back within six days, nobody with an address of {domain} can onboard a device."),
                format!("Der TXT-Eintrag, der {domain} als Ihre Domain nachweist, ist seit gestern nicht mehr zu finden. Noch funktioniert alles. Ist er in sechs Tagen nicht wieder da, kann niemand mit einer Adresse von {domain} mehr ein Gerät einrichten."),
            ),
            Change::Lapsed => language.pick(
                format!("The text record that proves that {domain} is yours has been missing for a week. Nobody with an address of {domain} can onboard a device now. Devices that are onboarded already go on working."),
                format!("Der TXT-Eintrag, der {domain} als Ihre Domain nachweist, fehlt seit einer Woche. Niemand mit einer Adresse von {domain} kann jetzt ein Gerät einrichten. Geräte, die schon eingerichtet sind, arbeiten weiter."),
            ),
        };
        vec![
            Part::Text(what),
            Part::Text(language.pick(
                format!("Put the record back, and choose \"Check now\" on the page of the domain:\n{name}\nTXT\n{value}"),
                format!("Legen Sie den Eintrag wieder an, und wählen Sie „Jetzt prüfen“ auf der Seite der Domain:\n{name}\nTXT\n{value}"),
            )),
            Part::Button {
                label: language.pick("Open the domain", "Domain öffnen").to_owned(),
                url: url.clone(),
            },
        ]
    }
}

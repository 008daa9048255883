//! What changes a provider that is there. Each change holds the account, so that rules over its providers hold.

use access::{Authorized, Event, Result, ResultExt as _, Tx};
use domain::id::{AccountId, SamlIdpId};
use domain::permission::ManageSamlIdps;
use domain::saml_idp::{CERTIFICATES_MAX, SamlChangeDraft, SamlPlaceDraft};
use domain::{Conflict, Fault, Language, Reason};
use federation::saml::SamlError;

use super::form::{self, refused};
use super::{Saml, all_proved, lock, rows, texts};
use crate::names;

/// Sets the associated domains and whether people become users when they first sign in. [`Conflict::Stale`] where somebody changed the
/// provider meanwhile (fault F30).
pub async fn change(auth: &Authorized<ManageSamlIdps>, draft: SamlChangeDraft) -> Result<SamlIdpId> {
    let mut change = Change::of_seen(auth, &draft.id, &draft.version).await?;
    let id = change.row.id;
    let domains = names::domain_lines(&draft.domains)?;
    if domains.is_empty() {
        return Err(Fault::field("domains", Reason::Required).into());
    }
    let Change { tx, account, row } = &mut change;
    let kept = rows::domains(tx, *account, id).await?;
    let kept: Vec<String> = kept.into_iter().map(|(domain,)| domain).collect();
    let new: Vec<_> = domains
        .iter()
        .filter(|(_, domain)| !kept.iter().any(|kept| kept == domain.as_str()))
        .cloned()
        .collect();
    all_proved(tx, auth.services(), *account, &new).await?;
    rows::remove_domains(tx, *account, id).await?;
    for (line, domain) in &domains {
        let added = rows::add_domain(tx, *account, id, domain, row.active).await;
        added.on_unique(
            "saml_idp_domains",
            &["account_id", "domain"],
            Fault::field(&format!("domains.{line}"), Reason::Taken),
        )?;
    }
    rows::set_provision(tx, *account, id, draft.provision).await?;
    let event = change
        .event("saml_idp.changed")
        .changed("domains", kept, texts(&domains))
        .changed("provision", change.row.provision, draft.provision);
    change.tx.commit(event).await?;
    Ok(id)
}

/// Sets issuer and endpoint of a provider that is not active; it has to be tested again. Another issuer is somebody else: whom the
/// old one knew by name, the new one does not speak for. [`Conflict::Stale`] as in [`change`].
pub async fn change_place(auth: &Authorized<ManageSamlIdps>, draft: SamlPlaceDraft) -> Result<SamlIdpId> {
    let (issuer, endpoint) = draft.check()?;
    form::check_endpoint(auth.services(), &endpoint).await?;
    let mut change = Change::of_seen(auth, &draft.id, &draft.version).await?;
    let id = change.row.id;
    if change.row.active {
        return Err(Conflict::ProviderActive.into());
    }
    let Change { tx, account, row } = &mut change;
    let placed = rows::set_place(tx, *account, id, (&issuer, &endpoint)).await;
    placed.on_unique(
        "saml_idps",
        &["account_id", "issuer"],
        Fault::field("issuer", Reason::Taken),
    )?;
    let forgotten = if row.issuer == issuer {
        0
    } else {
        rows::forget_subjects(tx, *account, id).await?
    };
    let mut event = change.event("saml_idp.place_changed");
    if change.row.endpoint != endpoint {
        event = event.changed("endpoint", change.row.endpoint.clone(), endpoint);
    }
    if change.row.issuer != issuer {
        event = event
            .changed("issuer", change.row.issuer.clone(), issuer)
            .with("names_forgotten", forgotten);
    }
    change.tx.commit(event).await?;
    Ok(id)
}

/// Adds the certificate that the provider is going to sign with. There are at most two.
pub async fn add_certificate(
    auth: &Authorized<ManageSamlIdps>,
    id: SamlIdpId,
    text: &str,
    language: Language,
) -> Result<()> {
    let mut change = Change::begin(auth, id).await?;
    if text.trim().is_empty() {
        return Err(Fault::field("certificate", Reason::Required).into());
    }
    let saml = auth.services().port::<Saml>()?;
    let mut found = form::certificates(saml, text, language)?;
    let (Some(certificate), true) = (found.pop(), found.is_empty()) else {
        return Err(refused("certificate", &SamlError::BadCertificate, language));
    };
    let held = rows::certificates(&mut change.tx, id).await?;
    if held.iter().any(|(der,)| der[..] == certificate.der()[..]) {
        return Err(Fault::field("certificate", Reason::Taken).into());
    }
    if held.len() >= CERTIFICATES_MAX as usize {
        return Err(refused("certificate", &SamlError::TooManyCertificates, language));
    }
    let (fingerprint, now) = (certificate.fingerprint().to_string(), change.tx.now());
    rows::add_certificate(&mut change.tx, id, &fingerprint, certificate.der(), now).await?;
    let event = change.event("saml_idp.certificate_added");
    let event = event
        .with("fingerprint", fingerprint)
        .with("expires_at", certificate.not_after().unix_timestamp());
    change.tx.commit(event).await
}

/// Removes a certificate; one stays. An inactive provider has to be tested again.
pub async fn remove_certificate(
    auth: &Authorized<ManageSamlIdps>,
    id: SamlIdpId,
    fingerprint: &str,
    language: Language,
) -> Result<()> {
    let mut change = Change::begin(auth, id).await?;
    if !rows::remove_certificate(&mut change.tx, id, fingerprint).await? {
        return Err(Fault::NotFound.into());
    }
    if rows::certificates(&mut change.tx, id).await?.is_empty() {
        return Err(refused("certificate", &SamlError::NoCertificate, language));
    }
    if !change.row.active {
        rows::set_tested(&mut change.tx, change.account, id, None).await?;
    }
    let event = change.event("saml_idp.certificate_removed");
    change.tx.commit(event.with("fingerprint", fingerprint)).await
}

/// From now on the people of its domains sign in there. A test sign-in has to have passed, and each of the domains is of one
/// active provider.
pub async fn activate(auth: &Authorized<ManageSamlIdps>, id: SamlIdpId) -> Result<()> {
    let mut change = Change::begin(auth, id).await?;
    if change.row.tested_at.is_none() {
        return Err(Conflict::NotTested.into());
    }
    let activated = rows::set_active(&mut change.tx, change.account, id, true).await;
    activated.on_unique(
        "saml_idp_domains",
        &["account_id", "domain"],
        Conflict::DomainFederated,
    )?;
    let event = change
        .event("saml_idp.activated")
        .changed("active", change.row.active, true);
    change.tx.commit(event).await
}

/// From now on passwords count again. Sessions go on.
pub async fn deactivate(auth: &Authorized<ManageSamlIdps>, id: SamlIdpId) -> Result<()> {
    let mut change = Change::begin(auth, id).await?;
    rows::set_active(&mut change.tx, change.account, id, false).await?;
    let event = change
        .event("saml_idp.deactivated")
        .changed("active", change.row.active, false);
    change.tx.commit(event).await
}

/// Deletes a provider that is not active, and forgets who is known there.
pub async fn delete(auth: &Authorized<ManageSamlIdps>, id: SamlIdpId) -> Result<()> {
    let mut change = Change::begin(auth, id).await?;
    if change.row.active {
        return Err(Conflict::Stale.into());
    }
    rows::delete(&mut change.tx, change.account, id).await?;
    let event = change.event("saml_idp.deleted");
    change.tx.commit(event).await
}

/// A change of one provider.
struct Change {
    tx: Tx,
    account: AccountId,
    row: rows::SamlIdpRow,
}

impl Change {
    async fn begin(auth: &Authorized<ManageSamlIdps>, id: SamlIdpId) -> Result<Self> {
        let account = auth.account()?;
        let mut tx = auth.begin().await?;
        let now = tx.now();
        lock(&mut tx, account).await?;
        if !rows::touch(&mut tx, account, id, now).await? {
            return Err(Fault::NotFound.into());
        }
        let row = rows::get(&mut tx, account, id).await?.ok_or(Fault::NotFound)?;
        Ok(Self { tx, account, row })
    }

    /// The same for a form, which tells the version that was shown.
    async fn of_seen(auth: &Authorized<ManageSamlIdps>, id: &str, seen: &str) -> Result<Self> {
        let id = id.parse().map_err(|_| Fault::NotFound)?;
        let change = Self::begin(auth, id).await?;
        // This change is counted already.
        if seen.parse() == Ok(change.row.version - 1) {
            Ok(change)
        } else {
            Err(Conflict::Stale.into())
        }
    }

    fn event(&self, name: &'static str) -> Event {
        Event::new(name, self.row.id, self.row.issuer.clone())
    }
}

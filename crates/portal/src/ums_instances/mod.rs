//! UMS Registration: the UMS instances that an account has made known, each by its UMS ID.

mod changes;
mod rows;

use access::{Acting, Authorized, Event, Result, ResultExt as _};
use domain::chain::{CHAIN_MAX_BYTES, ChainProblem};
use domain::id::{AccountId, UmsInstanceId};
use domain::page::{ListQuery, Page};
use domain::permission::{CreateUmsInstance, ViewUmsInstances};
use domain::saml_idp::CertificateEnd;
use domain::ums_instance::{UmsInstance, UmsInstanceDraft};
use domain::{Cloud, Fault, Invalid, Reason};
use pki::{Certificate, CertificateChain, CertificateError, Fingerprint};
use store::args;
use time::OffsetDateTime;

use crate::names;

pub use changes::{delete, edit, replace_id};
pub use rows::RegisteredUms;

/// "UMS Management", newest change first unless asked otherwise. Sorts: `name`, `created`, `updated`, `expires`; looks for names.
pub async fn list(auth: &Authorized<ViewUmsInstances>, query: ListQuery) -> Result<Page<UmsInstance>> {
    let query = if query.sort.is_empty() {
        ListQuery {
            sort: "updated".to_owned(),
            descending: true,
            ..query
        }
    } else {
        query
    };
    let mut tx = auth.read().await?;
    let page: Page<rows::UmsInstanceRow> = tx
        .list(&rows::UMS_INSTANCES, &query, args![auth.account()?])
        .await?;
    let now = auth.now();
    Ok(page.map(|row| row.shown(now)))
}

/// The details of a registered UMS.
pub async fn get(auth: &Authorized<ViewUmsInstances>, id: UmsInstanceId) -> Result<UmsInstance> {
    let mut tx = auth.read().await?;
    let row = rows::get(&mut tx, auth.account()?, id)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok(row.shown(auth.now()))
}

/// Registers a UMS by its UMS ID: exactly one certificate, valid now. The name is unique within the account (`Taken` on
/// `name`), the UMS ID within the whole product (`Taken` on `certificate`): a UMS serves one account, and a certificate is no
/// secret, so a second account with the same UMS ID could send its devices to the first one's UMS.
pub async fn register(auth: &Authorized<CreateUmsInstance>, draft: UmsInstanceDraft) -> Result<UmsInstance> {
    let account = auth.account()?;
    let certificate = read_certificate(&draft.certificate, auth.now());
    let certificate = certificate.map_err(|reason| Invalid::one("certificate", reason));
    let (new, certificate) = names::both(draft.check(), certificate)?;

    let mut tx = auth.begin().await?;
    let now = tx.now();
    let id: UmsInstanceId = tx.id();
    let row = rows::NewRow {
        id,
        account,
        new: &new,
        certificate: &certificate,
        created_by: auth.actor().name(),
        now,
    };
    let taken = |field: &str| Fault::field(field, Reason::Taken);
    match rows::insert(&mut tx, &row).await {
        Err(error) if error.is_unique("ums_instances", &["fingerprint"]) => {
            return Err(taken("certificate").into());
        }
        made => made.on_unique("ums_instances", &["account_id", "name_key"], taken("name"))?,
    }
    let made = rows::get(&mut tx, account, id)
        .await?
        .ok_or(Fault::NotFound)?
        .shown(now);
    let event = Event::new("ums_instance.registered", id, made.name.clone())
        .with("fingerprint", made.fingerprint.clone())
        .with("app_portal", made.app_portal)
        .with("insight", made.insight);
    tx.answer(&made)?;
    tx.commit(event).await?;
    Ok(made)
}

/// The UMS of `account` with that UMS ID, for the Onboarding Service. The fingerprint is read in any spelling.
pub async fn registered(
    acting: &Acting<Cloud>,
    account: AccountId,
    fingerprint: &str,
) -> Result<Option<RegisteredUms>> {
    Ok(registered_unscoped(acting, fingerprint)
        .await?
        .filter(|found| found.account == account))
}

/// The UMS with that UMS ID, whosever it is: for a UMS that proves itself by its key.
pub async fn registered_unscoped(acting: &Acting<Cloud>, fingerprint: &str) -> Result<Option<RegisteredUms>> {
    let Ok(fingerprint) = fingerprint.parse::<Fingerprint>() else {
        return Ok(None);
    };
    let mut tx = acting.read().await?;
    Ok(rows::by_fingerprint_unscoped(&mut tx, &fingerprint.to_string()).await?)
}

/// Reads a UMS ID file.
fn read_certificate(file: &str, now: OffsetDateTime) -> Result<Certificate, Reason> {
    // Finds what is wrong with any file of certificates, a private key first of all; that a UMS ID is no authority is as it
    // should be.
    match CertificateChain::parse(file, now) {
        // Whether it is in its time is said below, of the certificate alone.
        Ok(_)
        | Err(
            ChainProblem::NoCa
            | ChainProblem::RootNotCa { .. }
            | ChainProblem::RootExpired { .. }
            | ChainProblem::RootNotYetValid { .. },
        ) => {}
        Err(problem) => return Err(Reason::Chain(problem)),
    }
    let certificate = Certificate::from_file(file.as_bytes()).map_err(|error| match error {
        CertificateError::NotOne => Reason::NotOneCertificate,
        CertificateError::Unreadable => Reason::Chain(ChainProblem::Unreadable { block: 1 }),
        CertificateError::TooLarge => Reason::Chain(ChainProblem::TooLarge {
            max: u64::try_from(CHAIN_MAX_BYTES).unwrap_or(u64::MAX),
        }),
    })?;
    let subject = || certificate.subject().to_owned();
    if now > certificate.not_after() {
        return Err(Reason::Chain(ChainProblem::RootExpired {
            subject: subject(),
            block: 1,
        }));
    }
    if now < certificate.not_before() {
        return Err(Reason::Chain(ChainProblem::RootNotYetValid {
            subject: subject(),
            block: 1,
        }));
    }
    Ok(certificate)
}

impl rows::UmsInstanceRow {
    fn shown(self, now: OffsetDateTime) -> UmsInstance {
        UmsInstance {
            id: self.id,
            name: self.name,
            comments: self.comments,
            app_portal: self.app_portal,
            insight: self.insight,
            certificate: self.certificate,
            fingerprint: self.fingerprint,
            expires_at: self.expires_at,
            created_by: self.created_by,
            created_at: self.created_at,
            updated_at: self.updated_at,
            end: CertificateEnd::of(self.expires_at, now),
            version: self.version,
        }
    }
}

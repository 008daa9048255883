//! The expiry calendar: every certificate and secret of an account that ends one day, and the mails about those that end soon.

mod letters;
mod remind;
mod rows;

use access::{Authorized, Identity, Result};
use domain::Permission as _;
use domain::expiry::{Expiry, ExpiryKind, Nearness, days_until};
use domain::id::AccountId;
use domain::page::{ListQuery, Page, Total};
use domain::permission::{
    ManageSamlIdps, Needs, ReplaceRoutingChain, ReplaceUmsId, UpdateClientSecret, ViewExpiry, ViewOsIdps,
    ViewRouting, ViewUmsInstances,
};
use domain::routing::Target;
use pki::{Certificate, CertificateChain};
use store::Tx;
use time::OffsetDateTime;

pub(crate) use remind::{KIND, remind};

/// What of the account ends, the next end first: of everything that this person may see. Looks for names, subjects and
/// fingerprints; filter: `kind`.
pub async fn list(auth: &Authorized<ViewExpiry>, query: ListQuery) -> Result<Page<Expiry>> {
    let account = auth.account()?;
    let mut tx = auth.read().await?;
    let kinds = kinds_of(auth.identity());
    let mut found = gather(&mut tx, account, None, auth.now()).await?;
    let words = query.search.to_lowercase();
    found.retain(|one| {
        let named = [&one.name, &one.subject, &one.fingerprint]
            .iter()
            .any(|text| text.to_lowercase().contains(words.trim()));
        let chosen = query
            .filters
            .iter()
            .all(|(name, value)| name == "kind" && value == one.kind.key());
        kinds.contains(&one.kind) && named && chosen
    });
    Ok(page(found, &query))
}

/// A page of what was computed. A cursor is the number of the first row.
fn page(found: Vec<Expiry>, query: &ListQuery) -> Page<Expiry> {
    let per = usize::from(query.limit());
    let start = query.cursor.parse::<usize>().unwrap_or_default();
    let total = found.len();
    Page {
        rows: found.into_iter().skip(start).take(per).collect(),
        total: Total::Exact(u64::try_from(total).unwrap_or(u64::MAX)),
        next: start
            .checked_add(per)
            .filter(|next| *next < total)
            .map(|next| next.to_string()),
        previous: (start > 0).then(|| start.saturating_sub(per).to_string()),
    }
}

/// What somebody may see.
fn kinds_of(identity: &Identity) -> Vec<ExpiryKind> {
    ExpiryKind::ALL
        .into_iter()
        .filter(|kind| {
            identity.may(match kind {
                ExpiryKind::RoutingCertificate => ViewRouting::NEEDS,
                ExpiryKind::UmsId => ViewUmsInstances::NEEDS,
                ExpiryKind::SamlCertificate => ManageSamlIdps::NEEDS,
                ExpiryKind::IdpSecret => ViewOsIdps::NEEDS,
            })
        })
        .collect()
}

/// What it takes to do something about it.
fn remedy(kind: ExpiryKind) -> Needs {
    match kind {
        ExpiryKind::RoutingCertificate => ReplaceRoutingChain::NEEDS,
        ExpiryKind::UmsId => ReplaceUmsId::NEEDS,
        ExpiryKind::SamlCertificate => ManageSamlIdps::NEEDS,
        ExpiryKind::IdpSecret => UpdateClientSecret::NEEDS,
    }
}

/// Everything of the account that ends, `until` then at the latest where that is given; the next end first.
async fn gather(
    tx: &mut Tx,
    account: AccountId,
    until: Option<OffsetDateTime>,
    now: OffsetDateTime,
) -> Result<Vec<Expiry>> {
    let until = until.unwrap_or(OffsetDateTime::UNIX_EPOCH + time::Duration::days(2_900_000));
    let mut found = Vec::new();
    for row in rows::routings(tx, account, until).await? {
        let targets: Vec<Target> = serde_json::from_str(&row.targets).unwrap_or_default();
        let chains =
            std::iter::once(row.chain_pem).chain(targets.into_iter().filter_map(|one| one.chain_pem));
        let mut seen = Vec::new();
        for pem in chains {
            // What is stored was read when it was saved.
            let Ok(chain) = CertificateChain::parse_stored(&pem) else {
                continue;
            };
            for certificate in chain.certificates() {
                let fingerprint = certificate.fingerprint().to_string();
                if !seen.contains(&fingerprint) {
                    seen.push(fingerprint);
                    found.push(of_certificate(
                        ExpiryKind::RoutingCertificate,
                        (row.id, &row.name),
                        certificate,
                        now,
                    ));
                }
            }
        }
    }
    for row in rows::saml_certificates(tx, account).await? {
        if let Ok(certificate) = Certificate::from_der(&row.certificate) {
            let owner = (row.id, row.host.as_str());
            found.push(of_certificate(
                ExpiryKind::SamlCertificate,
                owner,
                &certificate,
                now,
            ));
        }
    }
    for row in rows::ums_ids(tx, account, until).await? {
        found.push(Expiry {
            kind: ExpiryKind::UmsId,
            object: row.id,
            name: row.name,
            subject: row.certificate,
            fingerprint: row.fingerprint,
            expires_at: row.expires_at,
            nearness: Nearness::of(row.expires_at, now),
            days: days_until(row.expires_at, now),
        });
    }
    for row in rows::secrets(tx, account, until).await? {
        found.push(Expiry {
            kind: ExpiryKind::IdpSecret,
            object: row.id,
            name: row.name,
            subject: String::new(),
            fingerprint: String::new(),
            expires_at: row.expires_at,
            nearness: Nearness::of(row.expires_at, now),
            days: days_until(row.expires_at, now),
        });
    }
    found.retain(|one| one.expires_at <= until);
    found.sort_by(|one, other| {
        let place = |of: &Expiry| (of.expires_at, of.kind.key(), of.object);
        place(one).cmp(&place(other))
    });
    Ok(found)
}

fn of_certificate(
    kind: ExpiryKind,
    (object, name): (uuid::Uuid, &str),
    certificate: &Certificate,
    now: OffsetDateTime,
) -> Expiry {
    let expires_at = certificate.not_after();
    Expiry {
        kind,
        object,
        name: name.to_owned(),
        subject: certificate.subject().to_owned(),
        fingerprint: certificate.fingerprint().to_string(),
        expires_at,
        nearness: Nearness::of(expires_at, now),
        days: days_until(expires_at, now),
    }
}

use access::{Acting, Result, Services, Tx};
use domain::Company;
use domain::id::CertificateId;
use pki::{Authority, Certificate, Issued, PrivateKey};
use store::{args, row, sql};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Installation;

/// What a certificate of the UMS is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    WebRoot,
    Web,
    Est,
    UmsId,
}

impl Purpose {
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::WebRoot => "web_root",
            Self::Web => "web",
            Self::Est => "est",
            Self::UmsId => "ums_id",
        }
    }
}

/// What the database holds, as far as it does.
#[derive(Default)]
pub(super) struct Stored {
    pub web_root: Option<Authority>,
    pub web: Option<(Issued, OffsetDateTime)>,
    pub est: Option<Authority>,
    pub ums_id: Option<Issued>,
}

row! {
    struct CertificateRow {
        id: CertificateId,
        purpose: String,
        der: Vec<u8>,
        sealed_key: Vec<u8>,
        created_at: OffsetDateTime,
    }

    struct InstallationRow {
        process_id: Uuid,
        cluster_id: Uuid,
    }
}

/// Why certificates could not be saved.
#[derive(Debug, thiserror::Error)]
pub(super) enum SaveError {
    #[error("another process was faster")]
    Taken,
    #[error(transparent)]
    Access(#[from] access::Error),
}

impl From<SaveError> for access::Error {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Access(error) => error,
            SaveError::Taken => Self::internal(error),
        }
    }
}

pub(super) fn is_taken(error: &SaveError) -> bool {
    matches!(error, SaveError::Taken)
}

/// The ids of this installation, made where there are none.
pub(super) async fn installation(acting: &Acting<Company>) -> Result<Installation> {
    let find = || sql!("select process_id, cluster_id from installation where id = 1");
    let found: Option<InstallationRow> = acting.read().await?.optional(find(), args![]).await?;
    let row = if let Some(found) = found {
        found
    } else {
        let mut tx = acting.begin().await?;
        let ids: [Uuid; 2] = [tx.id::<CertificateId>().into(), tx.id::<CertificateId>().into()];
        let now = tx.now();
        let insert = sql!(
            "insert into installation (id, process_id, cluster_id, created_at) values (1, $1, $2, $3) on conflict (id) do nothing"
        );
        tx.execute(insert, args![ids[0], ids[1], now]).await?;
        let row = tx.one(find(), args![]).await?;
        tx.commit_without_event_because("ids are no act").await?;
        row
    };
    Ok(Installation {
        process_id: row.process_id,
        cluster_id: row.cluster_id,
    })
}

/// The certificates in use, their keys unsealed.
pub(super) async fn load(acting: &Acting<Company>) -> Result<Stored> {
    let find =
        sql!("select id, purpose, der, sealed_key, created_at from certificates where replaced_at is null");
    let rows: Vec<CertificateRow> = acting.read().await?.all(find, args![]).await?;
    let mut stored = Stored::default();
    for row in rows {
        let id: Uuid = row.id.into();
        let key =
            acting
                .services()
                .seal()
                .unseal("certificates", "sealed_key", id.as_bytes(), &row.sealed_key)?;
        let authority = || Authority::from_parts(&key, &row.der).map_err(access::Error::internal);
        let issued = || Issued::from_parts(&key, &row.der).map_err(access::Error::internal);
        match row.purpose.as_str() {
            "web_root" => stored.web_root = Some(authority()?),
            "est" => stored.est = Some(authority()?),
            "web" => stored.web = Some((issued()?, row.created_at)),
            "ums_id" => stored.ums_id = Some(issued()?),
            other => {
                return Err(access::Error::internal(format!(
                    "a certificate for an unknown purpose: {other}"
                )));
            }
        }
    }
    Ok(stored)
}

/// Puts a certificate into use in place of the one before.
pub(super) async fn insert(
    tx: &mut Tx,
    services: &Services<Company>,
    purpose: Purpose,
    certificate: &Certificate,
    key: &PrivateKey,
) -> Result<CertificateId, SaveError> {
    let (id, now): (CertificateId, _) = (tx.id(), tx.now());
    let row: Uuid = id.into();
    let seal = services.seal().seal(
        services.entropy(),
        "certificates",
        "sealed_key",
        row.as_bytes(),
        &key.to_pkcs8(),
    );
    let sealed = seal.map_err(access::Error::from)?;
    // Only the web certificate has successors: the others are never replaced by themselves.
    let replace = sql!(
        "update certificates set replaced_at = $2 where purpose = $1 and purpose = 'web' and replaced_at is null"
    );
    tx.execute(replace, args![purpose.key(), now])
        .await
        .map_err(access::Error::from)?;
    let insert = sql!(
        "insert into certificates (id, purpose, der, sealed_key, fingerprint, not_before, not_after, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)"
    );
    let (der, fingerprint) = (certificate.der().to_vec(), certificate.fingerprint().to_string());
    let values = args![
        id,
        purpose.key(),
        der,
        sealed,
        fingerprint,
        certificate.not_before(),
        certificate.not_after(),
        now
    ];
    match tx.execute_one(insert, values).await {
        Ok(()) => Ok(id),
        Err(error) if error.is_unique("certificates", &["purpose"]) => Err(SaveError::Taken),
        Err(error) => Err(SaveError::Access(error.into())),
    }
}

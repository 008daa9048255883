use access::{Error, Result, Tx};
use domain::UnitId;
use domain::id::CertificateId;
use protocol::onboarding::TokenClaims;
use store::{args, row, sql};
use time::OffsetDateTime;

row! {
    /// An announced device.
    pub(crate) struct Pending {
        service: String,
        unit_id: String,
        email: String,
        structure_tag: String,
        issuer: String,
        key_id: Option<Vec<u8>>,
        certificate_id: Option<CertificateId>,
    }
}

pub(super) async fn note(
    tx: &mut Tx,
    hash: &[u8],
    service: &str,
    claims: &TokenClaims,
    expires_at: OffsetDateTime,
) -> Result<()> {
    let now = tx.now();
    let note = sql!(
        "insert into pending_registrations
            (token_hash, service, unit_id, email, structure_tag, issuer, announced_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (token_hash) do nothing"
    );
    let values = args![
        hash,
        service,
        claims.unit_id.as_str(),
        claims.email.to_string().to_lowercase(),
        claims.structure_tag.as_deref().unwrap_or_default(),
        claims.issuer,
        now,
        expires_at
    ];
    tx.execute(note, values).await?;
    Ok(())
}

impl Pending {
    pub(crate) fn unit(&self) -> Result<UnitId> {
        UnitId::parse(&self.unit_id)
            .map_err(|_| Error::internal("an announced device with a Unit ID that is none"))
    }
}

/// The announced device of a token, if the token is known and not over.
pub(crate) async fn peek(tx: &mut store::Tx, hash: &[u8], now: OffsetDateTime) -> Result<Option<Pending>> {
    let find = sql!(
        "select service, unit_id, email, structure_tag, issuer, key_id, certificate_id from pending_registrations
          where token_hash = $1 and expires_at > $2"
    );
    Ok(tx.optional(find, args![hash, now]).await?)
}

/// The announced device of a token. Holds its row until the end of the change, so that a token is redeemed once.
pub(crate) async fn hold(tx: &mut Tx, hash: &[u8]) -> Result<Option<Pending>> {
    let now = tx.now();
    let hold = sql!(
        "update pending_registrations set announced_at = announced_at where token_hash = $1 and expires_at > $2
         returning service, unit_id, email, structure_tag, issuer, key_id, certificate_id"
    );
    Ok(tx.optional(hold, args![hash, now]).await?)
}

/// Binds a token to the key that brought it.
pub(crate) async fn redeem(
    tx: &mut Tx,
    hash: &[u8],
    key_id: &[u8; 32],
    certificate: CertificateId,
) -> Result<()> {
    let redeem = sql!(
        "update pending_registrations set key_id = $2, certificate_id = $3 where token_hash = $1 and key_id is null"
    );
    Ok(tx.execute_one(redeem, args![hash, key_id, certificate]).await?)
}

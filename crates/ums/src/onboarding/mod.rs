//! Towards the Onboarding Service: who this UMS is, and the devices that the service announces (onboarding design, steps 4 and
//! 5). Only listed services are ever called back (ruling 20).

mod assertion;
mod rows;

use access::{Event, Rate, Secret, Services, Visitor};
use domain::Company;
use outside::{Call, HttpError, Outside, Trust};
use protocol::onboarding::{
    AnnounceOnboarding, CLIENT_ASSERTION_TYPE, TokenClaims, UmsIdentityReply, ValidateToken,
};
use protocol::paths::OBS_VALIDATE_TOKEN;
use time::Duration;

use crate::{Settings, certificates};

pub(crate) use assertion::sign as assertion;
pub(crate) use rows::{hold, peek, redeem};

/// Announcements from one address. A service announces for a whole company, so this is wide.
const ANNOUNCEMENTS: Rate = Rate {
    name: "ums.announce",
    burst: 600,
    per: Duration::MINUTE,
};
/// An announced device is expected within this, whatever the service says.
const LONGEST: Duration = Duration::HOUR;

/// Why the Onboarding Service did not confirm a token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The service is not in `[ums.onboarding] services`; it was not called.
    #[error("this Onboarding Service is not listed at this UMS")]
    UnknownService,
    /// The service does not vouch for the token, or it is for another UMS, or over.
    #[error("the Onboarding Service does not confirm this token for this UMS")]
    InvalidToken,
    /// The service could not be asked.
    #[error("the Onboarding Service could not be asked")]
    Unreachable(#[source] HttpError),
    /// The service answered something that is no answer.
    #[error("the Onboarding Service answered {0}, which was not expected")]
    Answer(u16),
    #[error(transparent)]
    Access(#[from] access::Error),
}

/// Who this UMS is, for the Onboarding Service.
pub fn identity(services: &Services<Company>) -> access::Result<UmsIdentityReply> {
    let held = certificates::current(services)?;
    let certificate = &held.ums_id().certificate;
    Ok(UmsIdentityReply {
        ums_id_fingerprint: certificate.fingerprint().to_string(),
        certificate_pem: certificate.pem(),
    })
}

/// Notes the device that a service announces, after asking that service what the token means. The same announcement again
/// changes nothing.
pub async fn announce(
    visitor: &Visitor<Company>,
    announcement: &AnnounceOnboarding,
) -> Result<(), TokenError> {
    visitor.limit(ANNOUNCEMENTS)?;
    let settings = visitor.services().port::<Settings>()?;
    let Some(service) = settings.onboarding_service(&announcement.service) else {
        tracing::warn!(address = ?visitor.address(), "an Onboarding Service that is not listed announced a device");
        return Err(TokenError::UnknownService);
    };
    let claims = validate(visitor.services(), service, announcement.token.clone(), None).await?;
    let hash = Secret::hash_of(announcement.token.expose());
    let mut tx = visitor.begin().await?;
    let expires_at = claims.expires_at.min(tx.now() + LONGEST);
    rows::note(&mut tx, &hash, service, &claims, expires_at).await?;
    let event = Event::plain("device.announced", claims.unit_id.as_str()).with("service", service);
    Ok(tx.commit(event.with("email", claims.email.to_string())).await?)
}

/// Redeems a token at the service that announced it, with the key of the device that brought it: with this key again and
/// again, with another never. A service that is no longer listed is not called.
pub(crate) async fn redeem_at_service(
    services: &Services<Company>,
    service: &str,
    token: &str,
    key_id: &[u8; 32],
) -> Result<TokenClaims, TokenError> {
    let listed = services
        .port::<Settings>()?
        .onboarding_service(service)
        .ok_or(TokenError::UnknownService)?;
    let token = protocol::Secret::new(token).map_err(|_| TokenError::InvalidToken)?;
    let key_id = pki::Fingerprint::from(*key_id).to_hex();
    validate(services, listed, token, Some(key_id)).await
}

/// Asks a listed service what a token means. The answer has to be for this UMS and not over.
async fn validate(
    services: &Services<Company>,
    service: &str,
    token: protocol::Secret,
    key_id: Option<String>,
) -> Result<TokenClaims, TokenError> {
    let held = certificates::current(services)?;
    let question = ValidateToken {
        token,
        key_id,
        client_assertion: assertion::sign(services, &held, service)?,
        client_assertion_type: CLIENT_ASSERTION_TYPE.to_owned(),
    };
    let body = serde_json::to_vec(&question).map_err(access::Error::from)?;
    let call = Call::post(format!("{service}{OBS_VALIDATE_TOKEN}"), "application/json", body)
        .trust(Trust::SystemPlus);
    let reply = services
        .port::<Outside>()?
        .http
        .send(call)
        .await
        .map_err(TokenError::Unreachable)?;
    match reply.status {
        200 => {}
        400..=404 | 409 | 410 | 422 => {
            tracing::info!(status = reply.status, "the Onboarding Service refused a token");
            return Err(TokenError::InvalidToken);
        }
        other => return Err(TokenError::Answer(other)),
    }
    let claims: TokenClaims =
        serde_json::from_slice(&reply.body).map_err(|_| TokenError::Answer(reply.status))?;
    let ours = held.ums_id().certificate.fingerprint();
    let for_us = claims
        .audience
        .parse::<pki::Fingerprint>()
        .is_ok_and(|audience| audience == ours);
    if for_us && claims.expires_at > services.now() {
        Ok(claims)
    } else {
        Err(TokenError::InvalidToken)
    }
}

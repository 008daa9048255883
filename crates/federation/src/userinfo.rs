//! `UserInfo`: claims that the ID token lacks (OpenID Connect Core 5.3).

use outside::http::{HeaderValue, header};
use outside::{Call, Http, Trust};
use zeroize::Zeroizing;

use crate::error::SignInError;
use crate::id_token::Claims;
use crate::json;

/// Asks for the claims of the person who signed in. An answer about anybody else is refused: the access token may
/// have been swapped.
pub async fn ask(
    http: &dyn Http,
    endpoint: &str,
    access_token: &str,
    subject: &str,
    trust: Trust,
) -> Result<Claims, SignInError> {
    let bearer = Zeroizing::new(format!("Bearer {access_token}"));
    let mut bearer = HeaderValue::from_str(&bearer).map_err(|_| SignInError::BadAnswer)?;
    bearer.set_sensitive(true);
    let call = Call::get(endpoint)
        .header(header::ACCEPT, HeaderValue::from_static("application/json"))
        .header(header::AUTHORIZATION, bearer)
        .trust(trust);
    let reply = http.send(call).await?;
    if reply.status != 200 {
        return Err(SignInError::BadUserInfo);
    }
    let claims = Claims(json::object(&reply.body).ok_or(SignInError::BadUserInfo)?);
    if claims.text("sub") != Some(subject) {
        return Err(SignInError::BadUserInfo);
    }
    Ok(claims)
}

//! The test sign-in of an administrator: the real flow at the provider, whose result goes to the Customer Portal. There is no
//! device and no run, so no token can come of it.

use access::{Result, Secret, Visitor};
use domain::os_idp_test::{CLAIM_MAX, CLAIMS_MAX, Claim, TestOutcome, TestProblem};
use domain::{Cloud, Language};
use federation::{Identity, SignInError};
use portal::os_idps::sign_in;
use portal::os_idps::test::{self, OpenTest};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::at_provider::{Brought, Registered, identify, is_away};
use crate::sign_ins::{Answer, Continued, Kept, Leaving};
use crate::{Settings, Underway};

/// The test behind an address that somebody opened.
pub(crate) async fn look(visitor: &Visitor<Cloud>, link: &str) -> Result<Option<OpenTest>> {
    test::look(visitor, link).await
}

/// How an answer ended.
pub(crate) enum Tested {
    /// The page of results, in this language, has it.
    Result(Language),
    /// The provider is still being asked; this page of the portal will have it.
    Asking(String),
}

/// Continue: goes on to the provider.
pub(crate) async fn confirm(
    visitor: &Visitor<Cloud>,
    open: &OpenTest,
    language: Language,
) -> Result<Continued> {
    let acting = open.acting(visitor);
    let Some(provider) = sign_in::provider(&acting, open.account, open.idp).await? else {
        return Ok(Continued::Over);
    };
    if is_away(&acting, open.idp)? {
        return Ok(Continued::Away);
    }
    let entropy = visitor.services().entropy();
    let redirect_uri = visitor.services().port::<Settings>()?.redirect_uri();
    let begun = match federation::begin(&provider, &redirect_uri, None, &mut |bytes| entropy.fill(bytes)) {
        Ok(begun) => begun,
        Err(error) => {
            test::keep(visitor, open, &failed(&error)).await?;
            return Ok(Continued::Over);
        }
    };
    let kept = Zeroizing::new(serde_json::to_vec(&Kept {
        nonce: begun.nonce,
        verifier: begun.pkce_verifier,
    })?);
    let cookie = entropy.secret();
    let leaving = test::Leaving {
        cookie_hash: cookie.hash(),
        state_hash: Secret::hash_of(&begun.state),
        kept: &kept,
        language,
    };
    if !test::leave(visitor, open, &leaving).await? {
        return Ok(Continued::Over);
    }
    Ok(Continued::Leaving(Leaving {
        url: begun.url,
        cookie,
    }))
}

/// The person is back. `None` where it is no test of this browser.
pub(crate) async fn finish(
    visitor: &Visitor<Cloud>,
    cookie: &str,
    answer: &Answer,
) -> Result<Option<Tested>> {
    let (Some(state), true) = (&answer.state, answer.is_bounded()) else {
        return Ok(None);
    };
    let (cookie, state) = (Secret::hash_of(cookie), Secret::hash_of(state));
    let Some((open, kept, language)) = test::take(visitor, &cookie, &state).await? else {
        return Ok(None);
    };
    let kept: Kept = serde_json::from_slice(&kept)?;
    let page = open.page(visitor.services().port::<portal::Settings>()?);
    let (visitor, answer) = (visitor.clone(), answer.clone());
    let underway = visitor.services().port::<Underway>()?.clone();
    let done = async move {
        let outcome = outcome(&visitor, &open, &kept, &answer).await?;
        test::keep(&visitor, &open, &outcome).await
    };
    Ok(Some(match underway.begin(done).await? {
        Some(()) => Tested::Result(language),
        None => Tested::Asking(page),
    }))
}

/// The result of the test of this browser, and the page of the portal that shows all of it.
pub(crate) async fn own(
    visitor: &Visitor<Cloud>,
    cookie_hash: &[u8],
) -> Result<Option<(Option<TestOutcome>, String)>> {
    let settings = visitor.services().port::<portal::Settings>()?;
    let own = test::own(visitor, cookie_hash).await?;
    Ok(own.map(|(open, outcome)| (outcome, open.page(settings))))
}

async fn outcome(
    visitor: &Visitor<Cloud>,
    open: &OpenTest,
    kept: &Kept,
    answer: &Answer,
) -> Result<TestOutcome> {
    if let Some(error) = &answer.error {
        let said = SignInError::provider_said(error, answer.error_description.as_deref());
        return Ok(failed(&said));
    }
    let acting = open.acting(visitor);
    let Some(provider) = sign_in::provider(&acting, open.account, open.idp).await? else {
        return Ok(failed(&SignInError::BadEndpoint("record")));
    };
    let Some(code) = &answer.code else {
        return Ok(failed(&SignInError::BadAnswer));
    };
    if let Err(error) = federation::check_response_issuer(&provider, answer.iss.as_deref()) {
        return Ok(failed(&error));
    }
    let at = Registered {
        account: open.account,
        idp: open.idp,
        provider,
    };
    let brought = Brought {
        code,
        verifier: &kept.verifier,
        nonce: &kept.nonce,
    };
    Ok(match identify(&acting, &at, &brought).await? {
        Ok(identity) => came(identity),
        Err(error) => failed(&error),
    })
}

/// Somebody has signed in.
fn came(identity: Identity) -> TestOutcome {
    let outcome = TestOutcome {
        problem: None,
        said: String::new(),
        issuer: Some(identity.issuer),
        subject: Some(identity.subject),
        email: identity.email,
        email_verified: identity.email_verified,
        preferred_username: identity.preferred_username,
        by_old_secret: identity.by_old_secret,
        claims: claims(&identity.raw_claims),
    };
    TestOutcome {
        problem: outcome.names_problem(),
        ..outcome
    }
}

fn failed(error: &SignInError) -> TestOutcome {
    let problem = match error {
        SignInError::Http(_) | SignInError::Status(_) | SignInError::NotAnswering => TestProblem::Unreachable,
        SignInError::NoEmail { .. } => TestProblem::NoName,
        SignInError::MixUp
        | SignInError::WrongIssuer
        | SignInError::BadSignature
        | SignInError::BadAlgorithm
        | SignInError::NoKeys => TestProblem::NotThisIssuer,
        other => other.trouble().map_or(TestProblem::Other, test::problem_of),
    };
    let raw = match error {
        SignInError::NoEmail { raw_claims } => raw_claims,
        _ => "",
    };
    TestOutcome {
        problem: Some(problem),
        said: error.to_string(),
        claims: claims(raw),
        ..TestOutcome::default()
    }
}

/// The claims as the page lists them: those of `UserInfo` after the others, what is no text as JSON.
fn claims(raw: &str) -> Vec<Claim> {
    let mut all: Map<String, Value> = serde_json::from_str(raw).unwrap_or_default();
    let beside = match all.remove("userinfo") {
        Some(Value::Object(beside)) => beside,
        _ => Map::new(),
    };
    let cut = |text: &str| {
        text.chars()
            .filter(|letter| !letter.is_control())
            .take(CLAIM_MAX)
            .collect()
    };
    let shown = |name: String, value: Value| Claim {
        name: cut(&name),
        value: match value {
            Value::String(text) => cut(&text),
            other => cut(&other.to_string()),
        },
    };
    // Worth nothing to a person, and once of use to an attacker.
    let told = |name: &str| !matches!(name, "nonce" | "at_hash" | "c_hash" | "s_hash");
    all.into_iter()
        .filter(|(name, _)| told(name))
        .map(|(name, value)| shown(name, value))
        .chain(
            beside
                .into_iter()
                .map(|(name, value)| shown(format!("userinfo: {name}"), value)),
        )
        .take(CLAIMS_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_texts_within_bounds() {
        let long = "x".repeat(CLAIM_MAX + 1);
        let raw =
            format!(r#"{{"sub":"a","nonce":"n","roles":["b"],"long":"{long}","userinfo":{{"email":"e"}}}}"#);
        let found: Vec<_> = claims(&raw)
            .into_iter()
            .map(|claim| (claim.name, claim.value.chars().count()))
            .collect();
        let expected = [
            ("long", CLAIM_MAX),
            ("roles", 5),
            ("sub", 1),
            ("userinfo: email", 1),
        ];
        assert_eq!(found, expected.map(|(name, length)| (name.to_owned(), length)));
        let many: Vec<_> = (0..=CLAIMS_MAX).map(|n| format!(r#""c{n}":1"#)).collect();
        assert_eq!(claims(&format!("{{{}}}", many.join(","))).len(), CLAIMS_MAX);
        assert!(claims("").is_empty());
    }
}

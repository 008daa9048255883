//! Discovery: what is asked, what is pinned, what is refused.

use super::*;

fn document() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": format!("{ISSUER}/authorize"),
        "token_endpoint": format!("{ISSUER}/token"),
        "jwks_uri": format!("{ISSUER}/jwks"),
        "userinfo_endpoint": format!("{ISSUER}/userinfo"),
        "response_types_supported": ["code", "id_token"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "id_token_signing_alg_values_supported": ["HS256", "RS256"],
        "authorization_response_iss_parameter_supported": true,
    })
}

fn publishing(document: &Value) -> Fake {
    let well_known = format!("{ISSUER}/.well-known/openid-configuration");
    Fake::default().on(&well_known, 200, document.to_string()).on(
        &format!("{ISSUER}/jwks"),
        200,
        jwks(&[&EC]),
    )
}

async fn found(document: &Value) -> Result<Discovered, DiscoveryError> {
    discover(&publishing(document), ISSUER, Trust::System).await
}

fn changed(name: &str, value: Value) -> Value {
    let mut document = document();
    if value.is_null() {
        document.as_object_mut().unwrap().remove(name);
    } else {
        document[name] = value;
    }
    document
}

#[tokio::test]
async fn the_issuer_and_the_address_of_its_document_lead_to_the_same() {
    let fake = publishing(&document());
    for asked in [
        ISSUER.to_owned(),
        format!("{ISSUER}/"),
        format!(" {ISSUER}\n"),
        format!("{ISSUER}/.well-known/openid-configuration"),
    ] {
        let found = discover(&fake, &asked, Trust::System).await.unwrap();
        assert_eq!(
            (found.issuer.as_str(), found.token_auth),
            (ISSUER, TokenAuth::Post),
            "{asked}"
        );
        assert!(found.response_iss && found.userinfo_endpoint.is_some());
        let keys = Some(found.keys);
        assert!(
            sign_in(&Provider { keys, ..provider() }, &EC.token(&claims()))
                .await
                .is_ok(),
            "the pinned keys work"
        );
    }
    // An issuer with a final slash keeps it, for that is how its tokens name it.
    let slash = changed("issuer", format!("{ISSUER}/").into());
    assert_eq!(found(&slash).await.unwrap().issuer, format!("{ISSUER}/"));
}

#[tokio::test]
async fn the_way_to_show_the_secret_is_chosen() {
    let name = "token_endpoint_auth_methods_supported";
    for (methods, expected) in [
        (Value::Null, Ok(TokenAuth::Basic)),
        (json!(["client_secret_basic"]), Ok(TokenAuth::Basic)),
        (
            json!(["private_key_jwt", "client_secret_post"]),
            Ok(TokenAuth::Post),
        ),
        (json!(["private_key_jwt"]), Err(DiscoveryError::NoTokenAuth)),
    ] {
        assert_eq!(
            found(&changed(name, methods)).await.map(|found| found.token_auth),
            expected
        );
    }
}

#[tokio::test]
async fn documents_that_do_not_fit_are_refused() {
    use DiscoveryError::{BadDocument, BadEndpoint, Missing, MultiTenant, NoAlgorithm, NoCodeFlow};
    assert!(found(&document()).await.is_ok());
    for (name, value, error) in [
        ("issuer", Value::Null, Missing("issuer")),
        ("issuer", 7.into(), BadDocument),
        (
            "authorization_endpoint",
            Value::Null,
            Missing("authorization_endpoint"),
        ),
        ("token_endpoint", Value::Null, Missing("token_endpoint")),
        ("jwks_uri", Value::Null, Missing("jwks_uri")),
        (
            "token_endpoint",
            "http://login.contoso.example/token".into(),
            BadEndpoint("token_endpoint"),
        ),
        (
            "authorization_endpoint",
            "javascript:alert(1)".into(),
            BadEndpoint("authorization_endpoint"),
        ),
        ("jwks_uri", "/jwks".into(), BadEndpoint("jwks_uri")),
        (
            "userinfo_endpoint",
            "file:///etc/passwd".into(),
            BadEndpoint("userinfo_endpoint"),
        ),
        (
            "token_endpoint",
            "https://login.microsoftonline.com/common/oauth2/v2.0/token".into(),
            MultiTenant,
        ),
        ("response_types_supported", json!(["id_token"]), NoCodeFlow),
        (
            "id_token_signing_alg_values_supported",
            json!(["HS256", "none"]),
            NoAlgorithm,
        ),
    ] {
        assert_eq!(
            found(&changed(name, value.clone())).await,
            Err(error),
            "{name} {value}"
        );
    }
    for other in [
        "https://evil.example",
        "http://login.contoso.example",
        "https://login.contoso.example/tenant",
    ] {
        let result = found(&changed("issuer", other.into())).await;
        assert!(
            matches!(result, Err(DiscoveryError::IssuerMismatch { .. })),
            "{other}: {result:?}"
        );
    }
}

#[tokio::test]
async fn addresses_that_answer_nothing_useful_are_told_apart() {
    let well_known = format!("{ISSUER}/.well-known/openid-configuration");
    let gone = discover(&Fake::default(), ISSUER, Trust::System).await;
    assert_eq!(gone, Err(DiscoveryError::Http(HttpError::Tcp)));
    for (status, body, error) in [
        (404, "", DiscoveryError::Status(404)),
        (200, "<html>", DiscoveryError::BadDocument),
        (200, r#"{"issuer":"a","issuer":"b"}"#, DiscoveryError::BadDocument),
    ] {
        let fake = Fake::default().on(&well_known, status, body);
        assert_eq!(
            discover(&fake, ISSUER, Trust::System).await,
            Err(error),
            "{status} {body}"
        );
    }
    let keyless = publishing(&document()).on(&format!("{ISSUER}/jwks"), 200, r#"{"keys":[]}"#);
    assert_eq!(
        discover(&keyless, ISSUER, Trust::System).await,
        Err(DiscoveryError::NoKeys)
    );
    for bad in [
        "",
        "contoso",
        "ftp://contoso.example",
        "https://a@contoso.example",
        "https://contoso.example/?x=1",
        "https://contoso.example/#x",
    ] {
        assert_eq!(
            discover(&Fake::default(), bad, Trust::System).await,
            Err(DiscoveryError::BadUrl),
            "{bad}"
        );
    }
}

#[tokio::test]
async fn entra_for_all_tenants_is_refused_before_any_call() {
    let tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    for shared in [
        "https://login.microsoftonline.com/common/v2.0",
        "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration",
        "https://login.microsoftonline.com/consumers/oauth2/v2.0/authorize",
        "https://LOGIN.microsoftonline.com/Common/oauth2/v2.0/token",
        "https://login.microsoftonline.com//common/oauth2/token",
        "https://login.microsoftonline.com/%63ommon/oauth2/token",
        "https://login.microsoftonline.com./common/v2.0",
        "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
        "https://login.microsoftonline.com/{tenantid}/v2.0",
        "https://login.microsoftonline.com/oauth2/v2.0/token",
        "https://login.microsoftonline.us/common/v2.0",
        "https://login.partner.microsoftonline.cn/organizations/v2.0",
        "https://sts.windows.net/common/",
    ] {
        assert!(is_multi_tenant_entra(shared), "{shared}");
        let fake = Fake::default();
        assert_eq!(
            discover(&fake, shared, Trust::System).await,
            Err(DiscoveryError::MultiTenant),
            "{shared}"
        );
        assert!(fake.calls.lock().unwrap().is_empty());
        let pasted = Provider {
            authorization_endpoint: shared.to_owned(),
            ..nameless()
        };
        let begun = begin(&pasted, REDIRECT, None, &mut |_| {});
        assert_eq!(begun.err(), Some(SignInError::MultiTenant), "{shared}");
        let pasted = Provider {
            token_endpoint: shared.to_owned(),
            ..nameless()
        };
        assert_eq!(
            exchange(&fake, &pasted, answer()).await,
            Err(SignInError::MultiTenant),
            "{shared}"
        );
    }
    for own in [
        &format!("https://login.microsoftonline.com/{tenant}/v2.0"),
        "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token",
        "https://contoso.example/common/v2.0",
        "https://login.microsoftonline.com.evil.example/common",
        "no address",
    ] {
        assert!(!is_multi_tenant_entra(own), "{own}");
    }
}

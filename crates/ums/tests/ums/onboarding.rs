use domain::id::DeviceId;
use domain::network::{CloudRegistration, RegistrationState};
use domain::permission::{CheckRegistration, ViewDevices, ViewNetwork};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use protocol::onboarding::{AnnounceOnboarding, AskRegistration, CLIENT_ASSERTION_TYPE, ValidateToken};
use serde_json::{Value, json};
use store::Schema;
use test_support::db_test;
use test_support::services::noon;
use time::Duration;
use time::format_description::well_known::Rfc3339;
use ums::enrolment::{EnrolError, enrol_with_token};
use ums::onboarding::{TokenError, announce, identity};
use ums::{certificates, devices};

use crate::company::{Device, OBS, Ums, start};

const TOKEN: &str = "one-time-token-of-the-onboarding-service";

fn announcement(service: &str) -> AnnounceOnboarding {
    AnnounceOnboarding {
        token: protocol::Secret::new(TOKEN).unwrap(),
        service: service.to_owned(),
    }
}

/// Lets the Onboarding Service vouch for the token.
pub fn vouch(ums: &Ums, change: impl FnOnce(&mut Value)) {
    let audience = identity(&ums.side.services).unwrap().ums_id_fingerprint;
    let mut claims = json!({
        "audience": audience,
        "unit_id": "00E0C54A1B2C",
        "email": "Ada@contoso.example",
        "structure_tag": "HQ",
        "issuer": "https://idp.contoso.example",
        "expires_at": (noon() + Duration::minutes(5)).format(&Rfc3339).unwrap(),
    });
    change(&mut claims);
    ums.side
        .outside
        .answer(&format!("{OBS}/api/v1/tokens/validate"), 200, claims.to_string());
}

fn questions(ums: &Ums) -> Vec<ValidateToken> {
    ums.side
        .outside
        .calls()
        .iter()
        .map(|call| serde_json::from_slice(&call.body).unwrap())
        .collect()
}

async fn onboarded_by(ums: &Ums, device: DeviceId) -> Option<String> {
    devices::get(&ums.may::<ViewDevices>().await, device)
        .await
        .unwrap()
        .row
        .onboarded_by
}

db_test! {
    Schema::Company,

    async fn an_announced_device_enrols_once_with_one_key(db: TestDb) {
        let ums = start(&db).await;
        vouch(&ums, |_| {});
        announce(&ums.visitor(), &announcement(OBS)).await.unwrap();
        announce(&ums.visitor(), &announcement(&format!("{OBS}/"))).await.unwrap();

        let device = Device::new();
        let first = enrol_with_token(&ums.visitor(), TOKEN, &device.request).await.unwrap();
        assert_eq!(first.unit_id.as_str(), "00E0C54A1B2C");
        assert_eq!(onboarded_by(&ums, first.device).await.as_deref(), Some("ada@contoso.example"));
        let again = enrol_with_token(&ums.visitor(), TOKEN, &device.request).await.unwrap();
        assert_eq!(again.certificate, first.certificate);
        let other = enrol_with_token(&ums.visitor(), TOKEN, &Device::new().request).await;
        assert!(matches!(other, Err(EnrolError::Credentials)), "{other:?}");
        let never_announced = enrol_with_token(&ums.visitor(), "another token", &device.request).await;
        assert!(matches!(never_announced, Err(EnrolError::Credentials)));

        let keys: Vec<_> = questions(&ums).into_iter().map(|question| question.key_id).collect();
        let redeemed = pki::Fingerprint::from(device.key.key_id()).to_hex();
        assert_eq!(keys, [None, None, Some(redeemed)], "announced twice, redeemed once");
    }

    async fn a_token_lives_as_long_as_the_service_says(db: TestDb) {
        let ums = start(&db).await;
        vouch(&ums, |_| {});
        announce(&ums.visitor(), &announcement(OBS)).await.unwrap();
        ums.side.clock.advance(Duration::minutes(5) - Duration::MILLISECOND);
        let device = Device::new();
        enrol_with_token(&ums.visitor(), TOKEN, &device.request).await.unwrap();
        ums.side.clock.advance(Duration::MILLISECOND);
        let over = enrol_with_token(&ums.visitor(), TOKEN, &device.request).await;
        assert!(matches!(over, Err(EnrolError::Credentials)));
        let late = announce(&ums.visitor(), &announcement(OBS)).await;
        assert!(matches!(late, Err(TokenError::InvalidToken)));
    }

    async fn a_service_that_is_not_listed_is_never_called(db: TestDb) {
        let ums = start(&db).await;
        for service in ["https://obs.attacker.example", "https://obs.contoso.example.attacker.example", "http://obs.contoso.example", ""] {
            let refused = announce(&ums.visitor(), &announcement(service)).await;
            assert!(matches!(refused, Err(TokenError::UnknownService)), "{service}");
        }
        assert!(ums.side.outside.calls().is_empty());
        vouch(&ums, |_| {});
        announce(&ums.visitor(), &announcement(OBS)).await.unwrap();
        assert_eq!(ums.side.outside.calls().len(), 1);
    }

    async fn a_token_for_another_ums_or_over_or_refused_is_not_noted(db: TestDb) {
        let ums = start(&db).await;
        let other = pki::Fingerprint::of(b"another UMS").to_string();
        let over = (noon() - Duration::SECOND).format(&Rfc3339).unwrap();
        for (field, value) in [("audience", other), ("expires_at", over)] {
            vouch(&ums, |claims| claims[field] = Value::String(value));
            let refused = announce(&ums.visitor(), &announcement(OBS)).await;
            assert!(matches!(refused, Err(TokenError::InvalidToken)), "{field}");
        }
        ums.side.outside.answer(&format!("{OBS}/api/v1/tokens/validate"), 403, "");
        assert!(matches!(announce(&ums.visitor(), &announcement(OBS)).await, Err(TokenError::InvalidToken)));
        ums.side.outside.answer(&format!("{OBS}/api/v1/tokens/validate"), 500, "");
        assert!(matches!(announce(&ums.visitor(), &announcement(OBS)).await, Err(TokenError::Answer(500))));
        let refused = enrol_with_token(&ums.visitor(), TOKEN, &Device::new().request).await;
        assert!(matches!(refused, Err(EnrolError::Credentials)));
        vouch(&ums, |_| {});
        announce(&ums.visitor(), &announcement(OBS)).await.unwrap();
    }

    async fn the_service_has_to_agree_when_the_device_comes(db: TestDb) {
        let ums = start(&db).await;
        vouch(&ums, |_| {});
        announce(&ums.visitor(), &announcement(OBS)).await.unwrap();
        let device = Device::new();
        ums.side.outside.answer(&format!("{OBS}/api/v1/tokens/validate"), 503, "");
        let down = enrol_with_token(&ums.visitor(), TOKEN, &device.request).await;
        assert!(matches!(down, Err(EnrolError::Service(_))), "{down:?}");
        ums.side.outside.answer(&format!("{OBS}/api/v1/tokens/validate"), 403, "");
        let refused = enrol_with_token(&ums.visitor(), TOKEN, &device.request).await;
        assert!(matches!(refused, Err(EnrolError::Credentials)));
        vouch(&ums, |claims| claims["unit_id"] = json!("00E0C54A1B2D"));
        let another_unit = enrol_with_token(&ums.visitor(), TOKEN, &device.request).await;
        assert!(matches!(another_unit, Err(EnrolError::Credentials)));
        vouch(&ums, |_| {});
        enrol_with_token(&ums.visitor(), TOKEN, &device.request).await.unwrap();
    }

    async fn the_service_is_not_told_of_a_device_that_has_to_wait(db: TestDb) {
        let ums = start(&db).await;
        ums.device("00E0C54A1B2C").await;
        vouch(&ums, |_| {});
        announce(&ums.visitor(), &announcement(OBS)).await.unwrap();
        let waits = enrol_with_token(&ums.visitor(), TOKEN, &Device::new().request).await;
        assert!(matches!(waits, Err(EnrolError::WantsToReturn)));
        assert_eq!(questions(&ums).len(), 1, "the announcement alone");
    }

    async fn the_question_is_signed_by_the_ums_id_for_this_service_and_a_minute(db: TestDb) {
        let ums = start(&db).await;
        vouch(&ums, |_| {});
        announce(&ums.visitor(), &announcement(OBS)).await.unwrap();
        announce(&ums.visitor(), &announcement(OBS)).await.unwrap();
        let held = certificates::current(&ums.side.services).unwrap();
        let certificate = &held.ums_id().certificate;
        let key = DecodingKey::from_ec_der(certificate.public_key_bits());
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_audience(&[OBS]);
        // The test's clock stands in the past.
        validation.validate_exp = false;
        let claims: Vec<Value> = questions(&ums)
            .iter()
            .map(|question| {
                assert_eq!(question.client_assertion_type, CLIENT_ASSERTION_TYPE);
                jsonwebtoken::decode(question.client_assertion.expose(), &key, &validation).unwrap().claims
            })
            .collect();
        for one in &claims {
            assert_eq!(one["iss"].as_str().unwrap().parse(), Ok(certificate.fingerprint()));
            assert_eq!(one["iss"], one["sub"]);
            assert_eq!(one["exp"].as_i64().unwrap(), noon().unix_timestamp() + 60);
        }
        assert_ne!(claims[0]["jti"], claims[1]["jti"]);
    }

    async fn six_hundred_announcements_a_minute_are_looked_at(db: TestDb) {
        let ums = start(&db).await;
        for number in 0..600 {
            let refused = announce(&ums.visitor(), &announcement("https://obs.attacker.example")).await;
            assert!(matches!(refused, Err(TokenError::UnknownService)), "{number}");
        }
        vouch(&ums, |_| {});
        let Err(TokenError::Access(refused)) = announce(&ums.visitor(), &announcement(OBS)).await else { panic!("not limited") };
        assert!(matches!(refused.fault(), Some(domain::Fault::TooMany { .. })));
        ums.side.clock.advance(Duration::SECOND);
        announce(&ums.visitor(), &announcement(OBS)).await.unwrap();
    }
}

#[track_caller]
fn one(all: &[CloudRegistration], state: RegistrationState, name: &str, app_portal: bool) {
    assert_eq!(all.len(), 1, "{all:?}");
    let only = &all[0];
    assert_eq!(
        (
            only.service.as_str(),
            only.state,
            only.name.as_str(),
            only.app_portal
        ),
        (OBS, state, name, app_portal)
    );
}

db_test! {
    Schema::Company,

    async fn what_the_cloud_says_of_this_ums_is_kept_while_it_is_away(db: TestDb) {
        let ums = start(&db).await;
        let address = format!("{OBS}/api/v1/ums-registration");
        let shown = async || ums::network::get(&ums.may::<ViewNetwork>().await).await.unwrap().registrations;
        let check = async || ums::network::check_registration(&ums.may::<CheckRegistration>().await).await.unwrap();
        assert!(shown().await.is_empty());

        ums.side.outside.answer(&address, 401, "{}");
        check().await;
        one(&shown().await, RegistrationState::NotRegistered, "", false);
        ums.side.outside.answer(&address, 200, r#"{"name":"UMS Berlin","app_portal":true,"insight":false}"#);
        check().await;
        one(&shown().await, RegistrationState::Registered, "UMS Berlin", true);
        ums.side.outside.answer(&address, 503, "");
        check().await;
        one(&shown().await, RegistrationState::Unreachable, "UMS Berlin", true);
        ums.side.outside.answer(&address, 401, "{}");
        check().await;
        one(&shown().await, RegistrationState::NotRegistered, "", false);
        let asked: Vec<AskRegistration> = ums.side.outside.calls().iter().map(|call| serde_json::from_slice(&call.body).unwrap()).collect();
        assert_eq!(asked.len(), 4);
        assert!(asked.iter().all(|question| question.client_assertion_type == CLIENT_ASSERTION_TYPE));
    }
}

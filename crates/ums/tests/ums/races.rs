//! F28: keys and tokens of one use, and fifty devices that come with one at once, at two servers.

use access::Visitor;
use protocol::onboarding::AnnounceOnboarding;
use store::{Schema, args, sql};
use test_support::db_test;
use test_support::race::{RACERS, race, winner};
use test_support::rounds::rounds;
use test_support::services::client;
use time::Duration;
use time::format_description::well_known::Rfc3339;
use ums::enrolment::{EnrolError, enrol_with_key, enrol_with_token};
use ums::onboarding::announce;

use crate::company::{Device, OBS, start, unit};
use crate::onboarding::vouch;

db_test! {
    Schema::Company,

    async fn f28_race_for_a_first_authentication_key(db: TestDb) {
        let ums = start(&db).await;
        let nodes = [ums.side.services.clone(), ums.node(&db).await];
        let devices: Vec<Device> = (0..RACERS).map(|_| Device::new()).collect();
        for round in 0..rounds(3, 1000) {
            // Whoever was refused may try again.
            ums.side.clock.advance(Duration::MINUTE);
            let key = &ums.key("", "").await;
            let outcomes = race(&nodes, |node, racer| {
                let (visitor, unit) = (Visitor::new(node, client(racer)), unit(&format!("UNIT-{round:04}-{racer:02}")));
                let request = &devices[usize::from(racer)].request;
                async move { enrol_with_key(&visitor, &unit, key, request).await }
            });
            winner(&outcomes.await, Result::is_ok, |outcome| matches!(outcome, Err(EnrolError::Credentials)));
        }
        for count in [
            sql!("select count(*) from devices"),
            sql!("select count(*) from device_certificates"),
            sql!("select count(*) from first_auth_uses"),
            sql!("select count(*) from audit_events where name = 'device.enrolled'"),
        ] {
            let count: i64 = db.read().await.unwrap().scalar(count, args![]).await.unwrap();
            assert_eq!(count, i64::from(rounds(3, 1000)));
        }
    }

    /// The service vouches for the token to everybody: it is this UMS that lets one in.
    async fn f28_race_for_a_token_of_the_onboarding_service(db: TestDb) {
        let ums = start(&db).await;
        let nodes = [ums.side.services.clone(), ums.node(&db).await];
        let devices: Vec<Device> = (0..RACERS).map(|_| Device::new()).collect();
        for round in 0..rounds(3, 1000) {
            ums.side.clock.advance(Duration::MINUTE);
            let ends = ums.side.services.now() + Duration::minutes(5);
            vouch(&ums, |claims| {
                claims["unit_id"] = format!("UNIT-{round:04}").into();
                claims["expires_at"] = ends.format(&Rfc3339).unwrap().into();
            });
            let token = &format!("token-of-the-onboarding-service-{round:04}");
            let announcement = AnnounceOnboarding { token: protocol::Secret::new(token.as_str()).unwrap(), service: OBS.to_owned() };
            announce(&ums.visitor(), &announcement).await.unwrap();
            let outcomes = race(&nodes, |node, racer| {
                let (visitor, request) = (Visitor::new(node, client(racer)), &devices[usize::from(racer)].request);
                async move { enrol_with_token(&visitor, token, request).await }
            });
            // Whoever looks in the moment in which the device has come to be learns that it is there.
            let lost = |error: &EnrolError| matches!(error, EnrolError::Credentials | EnrolError::WantsToReturn);
            winner(&outcomes.await, Result::is_ok, |outcome| outcome.as_ref().is_err_and(lost));
        }
        for count in [
            sql!("select count(*) from devices"),
            sql!("select count(*) from device_certificates"),
            sql!("select count(*) from audit_events where name = 'device.enrolled'"),
        ] {
            let count: i64 = db.read().await.unwrap().scalar(count, args![]).await.unwrap();
            assert_eq!(count, i64::from(rounds(3, 1000)));
        }
    }
}

//! `onboard`: by e-mail.

use std::time::Duration;

use device::onboard::{Pace, Service, Wish, onboard};
use device::report::Reporter;
use device::state::{Folder, Identity, Pending, Wanted};
use domain::EmailAddress;
use http::StatusCode;
use protocol::onboarding::{OnboardingState, Refusal};
use protocol::{DeviceError, Secret};

use crate::obs;
use crate::program::{run, start};
use crate::ums::{self, Seen, Ums, Ways};

const UNIT: &str = "DESK-0001";

fn line(url: &str) -> String {
    format!("onboard --obs {url} --email ada@contoso.example --unit-id {UNIT} --structure-tag HQ")
}

fn ready(ums: &Ums, chain: String) -> OnboardingState {
    let token = Secret::new(UNIT).unwrap();
    OnboardingState::Ready {
        enrolment: ums.address(),
        management: ums.address(),
        chain_pem: chain,
        token,
    }
}

#[tokio::test]
async fn the_device_shows_where_to_sign_in_waits_and_enrols() {
    let (mut ums, state) = (ums::start(Ways::default()).await, tempfile::tempdir().unwrap());
    let obs = obs::start(vec![OnboardingState::Pending, ready(&ums, ums.chain())]).await;
    let ended = run(state.path(), &line(&obs.url)).await;
    assert!(ended.success, "{ended:?}");
    let sign_in = &ended.said[0];
    assert_eq!(
        (&sign_in["event"], &sign_in["code"]),
        (&"sign_in".into(), &"4F-7K".into())
    );
    assert_eq!(sign_in["url"], "https://obs.contoso.example/sign-in/abc");
    let asked = &obs.started()[0];
    assert_eq!(
        (asked.unit_id.as_str(), asked.structure_tag.as_deref()),
        (UNIT, Some("HQ"))
    );
    let proof = ums
        .hear(|seen| {
            if let Seen::Enrolment(proof, _) = seen {
                Some(proof.clone())
            } else {
                None
            }
        })
        .await;
    assert_eq!(proof, format!("Bearer {UNIT}"));
    let info = run(state.path(), "info").await;
    assert_eq!(info.said[0]["onboarded_by"], "ada@contoso.example");
}

#[tokio::test]
async fn a_device_that_is_switched_off_while_it_waits_goes_on() {
    let (ums, state) = (ums::start(Ways::default()).await, tempfile::tempdir().unwrap());
    let obs = obs::start(vec![OnboardingState::Pending]).await;
    let mut device = start(state.path(), &line(&obs.url));
    device.wait_for("sign_in").await;
    device.kill().await;
    obs.says(vec![ready(&ums, ums.chain())]);
    let mut device = start(state.path(), &format!("{} --run", line(&obs.url)));
    device.wait_for("connected").await;
    assert_eq!(obs.started().len(), 1, "it began anew");
    assert!(device.terminate().await.success);
}

#[tokio::test]
async fn another_chain_is_46_and_none_is_34() {
    let (ums, other) = (
        ums::start(Ways::default()).await,
        ums::start(Ways::default()).await,
    );
    let obs = obs::start(vec![ready(&ums, other.chain())]).await;
    let state = tempfile::tempdir().unwrap();
    assert_eq!(run(state.path(), &line(&obs.url)).await.code(), Some(46));
    obs.says(vec![ready(&ums, "nothing".to_owned())]);
    assert_eq!(run(state.path(), &line(&obs.url)).await.code(), Some(34));
    obs.says(vec![ready(&ums, ums.chain())]);
    assert_eq!(run(state.path(), &line(&obs.url)).await.code(), None);
}

#[tokio::test]
async fn a_service_that_is_down_is_30() {
    let state = tempfile::tempdir().unwrap();
    let obs = obs::start(vec![OnboardingState::Pending]).await;
    let url = obs.url.clone();
    obs.stop().await;
    assert_eq!(run(state.path(), &line(&url)).await.code(), Some(30));
    assert_eq!(
        run(state.path(), &line("http://obs.contoso.example"))
            .await
            .code(),
        Some(32)
    );
}

#[tokio::test]
async fn what_the_service_says_is_shown() {
    let state = tempfile::tempdir().unwrap();
    let failed = |code| OnboardingState::Failed {
        code,
        message: "The UMS is away.\u{1b}[2J".to_owned(),
    };
    for code in [
        DeviceError::OnboardingServiceUnreachable,
        DeviceError::NoTlsConnection,
        DeviceError::ChainNotVerified,
    ] {
        let obs = obs::start(vec![failed(code)]).await;
        let ended = run(state.path(), &line(&obs.url)).await;
        assert_eq!(ended.code(), Some(u64::from(code.number())));
        assert_eq!(ended.said.last().unwrap()["message"], "The UMS is away. [2J");
    }
    let obs = obs::start(vec![OnboardingState::Pending]).await;
    let refusal = Refusal {
        code: DeviceError::InvalidArguments,
        message: "Not this way.".to_owned(),
    };
    obs.refuse(StatusCode::UNPROCESSABLE_ENTITY, refusal);
    let ended = run(state.path(), &line(&obs.url)).await;
    assert_eq!(
        (ended.code(), &ended.said.last().unwrap()["message"]),
        (Some(32), &"Not this way.".into())
    );
}

#[tokio::test]
async fn a_service_that_goes_away_while_the_device_waits_is_30_and_the_run_is_kept() {
    let place = tempfile::tempdir().unwrap();
    let folder = Folder::open(place.path()).unwrap();
    let identity = Identity::load_or_make(&folder, &Wanted::default()).unwrap();
    let obs = obs::start(vec![OnboardingState::Pending]).await;
    let service = Service::new(&obs.url, None).unwrap();
    let wish = Wish {
        email: EmailAddress::parse("ada@contoso.example").unwrap(),
        structure_tag: None,
    };
    let quickly = Pace {
        every: Duration::from_millis(1),
        patience: 3,
    };
    let report = Reporter::to_terminal(true);
    let waiting = onboard(&folder, &identity, &service, &wish, quickly, &report);
    let ending = async {
        obs.asked().await;
        obs.stop().await;
    };
    let (result, ()) = tokio::join!(waiting, ending);
    assert_eq!(
        result.unwrap_err().code,
        DeviceError::OnboardingServiceUnreachable
    );
    assert!(Pending::load(&folder).is_some());
}

#[tokio::test]
async fn a_service_with_a_certificate_of_its_own_authority_needs_that_authority() {
    // It is no Onboarding Service, so both end with 30; what is said tells how far it came.
    let (server, place) = (ums::start(Ways::default()).await, tempfile::tempdir().unwrap());
    let (ca, url) = (
        place.path().join("ca.pem"),
        format!("https://{}", server.address()),
    );
    std::fs::write(&ca, server.chain()).unwrap();
    let with = format!("{} --ca {}", line(&url), ca.display());
    for (line, cause) in [(line(&url), "expected root"), (with, "404")] {
        let ended = run(&place.path().join("state"), &line).await;
        assert_eq!(ended.code(), Some(30));
        assert!(
            ended.said.last().unwrap()["cause"]
                .as_str()
                .unwrap()
                .contains(cause),
            "{ended:?}"
        );
    }
}

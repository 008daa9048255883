//! What the device asks.

use axum::body::Body;
use http::{Request, StatusCode, header};
use protocol::onboarding::{OnboardingState, StartedOnboarding};

use super::browser::{Answer, send};
use super::{EMAIL, World};

impl World {
    pub async fn start(&self, email: &str) -> Answer {
        self.start_from(email, 1).await
    }

    pub async fn start_from(&self, email: &str, address: u8) -> Answer {
        let body = serde_json::json!({
            "email": email, "unit_id": "00E0C54A1B2C", "mac": "00:e0:c5:4a:1b:2c", "product": "UD3 <LX>",
            "version": "12.4.0", "structure_tag": "HQ"
        });
        let request = Request::post("/api/v1/onboardings")
            .body(Body::from(body.to_string()))
            .unwrap();
        send(&self.router, request, address).await
    }

    pub async fn started(&self) -> StartedOnboarding {
        self.started_from(EMAIL, 1).await
    }

    pub async fn started_from(&self, email: &str, address: u8) -> StartedOnboarding {
        let answer = self.start_from(email, address).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        serde_json::from_str(&answer.text).unwrap()
    }

    pub async fn poll(&self, started: &StartedOnboarding) -> OnboardingState {
        let answer = self
            .poll_with(&started.id.to_string(), started.secret.expose())
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        serde_json::from_str(&answer.text).unwrap()
    }

    pub async fn poll_with(&self, id: &str, secret: &str) -> Answer {
        self.poll_from(id, secret, 1).await
    }

    pub async fn poll_from(&self, id: &str, secret: &str, address: u8) -> Answer {
        let request = Request::get(format!("/api/v1/onboardings/{id}"));
        let request = request
            .header(header::AUTHORIZATION, format!("Bearer {secret}"))
            .body(Body::empty())
            .unwrap();
        send(&self.router, request, address).await
    }

    /// The token, where the run is ready.
    pub async fn token(&self, started: &StartedOnboarding) -> String {
        match self.poll(started).await {
            OnboardingState::Ready { token, .. } => token.expose().to_owned(),
            other => panic!("not ready: {other:?}"),
        }
    }

    /// The code and the message, where the run has failed.
    pub async fn failure(&self, started: &StartedOnboarding) -> (u16, String) {
        match self.poll(started).await {
            OnboardingState::Failed { code, message } => (code.number(), message),
            other => panic!("not failed: {other:?}"),
        }
    }
}

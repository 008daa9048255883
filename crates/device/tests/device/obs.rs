//! A small Onboarding Service on this machine.

use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{HeaderMap, StatusCode, header};
use protocol::onboarding::{OnboardingState, Refusal, StartOnboarding, StartedOnboarding};
use protocol::{Secret, paths};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;

pub struct Obs {
    pub url: String,
    inside: Arc<Inside>,
    tasks: JoinSet<()>,
}

#[derive(Default)]
struct Inside {
    /// What it says next; the last one stays.
    states: Mutex<Vec<OnboardingState>>,
    refusal: Mutex<Option<(StatusCode, Refusal)>>,
    started: Mutex<Vec<StartOnboarding>>,
    asked: Notify,
}

pub async fn start(states: Vec<OnboardingState>) -> Obs {
    let inside = Arc::new(Inside {
        states: Mutex::new(states),
        ..Inside::default()
    });
    let app = Router::new()
        .route(paths::OBS_ONBOARDINGS, post(begin))
        .route(&paths::obs_onboarding("{id}"), get(state))
        .with_state(Arc::clone(&inside));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { axum::serve(listener, app).await.unwrap() });
    Obs { url, inside, tasks }
}

impl Obs {
    pub fn refuse(&self, status: StatusCode, refusal: Refusal) {
        *self.inside.refusal.lock().unwrap() = Some((status, refusal));
    }

    /// What devices asked for.
    pub fn started(&self) -> Vec<StartOnboarding> {
        self.inside.started.lock().unwrap().clone()
    }

    pub fn says(&self, states: Vec<OnboardingState>) {
        *self.inside.states.lock().unwrap() = states;
    }

    /// Waits until a device has asked how it stands.
    pub async fn asked(&self) {
        self.inside.asked.notified().await;
    }

    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

const SECRET: &str = "device-secret";

async fn begin(
    State(inside): State<Arc<Inside>>,
    Json(request): Json<StartOnboarding>,
) -> Result<(StatusCode, Json<StartedOnboarding>), (StatusCode, Json<Refusal>)> {
    inside.started.lock().unwrap().push(request);
    if let Some((status, refusal)) = inside.refusal.lock().unwrap().clone() {
        return Err((status, Json(refusal)));
    }
    let started = StartedOnboarding {
        id: uuid::Uuid::from_u128(7).into(),
        secret: Secret::new(SECRET).unwrap(),
        sign_in_url: "https://obs.contoso.example/sign-in/abc".to_owned(),
        code: "4F-7K".to_owned(),
        expires_at: device::clock::now() + time::Duration::minutes(10),
    };
    Ok((StatusCode::CREATED, Json(started)))
}

async fn state(
    State(inside): State<Arc<Inside>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Json<OnboardingState> {
    assert_eq!(id, uuid::Uuid::from_u128(7).to_string());
    assert_eq!(
        headers[header::AUTHORIZATION],
        format!("Bearer {SECRET}").as_str()
    );
    inside.asked.notify_one();
    let mut states = inside.states.lock().unwrap();
    Json(if states.len() > 1 {
        states.remove(0)
    } else {
        states[0].clone()
    })
}

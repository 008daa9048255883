//! Onboarding by e-mail: the device's part of the Onboarding Service (steps 1, 6 and 7 of the onboarding design).

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::{EmailAddress, Hostname, Port};
use http::{HeaderValue, Method, Request, StatusCode, header};
use http_body_util::Full;
use protocol::onboarding::{
    Address, MAX_BODY_BYTES, MAX_READY_BYTES, OnboardingState, POLL_SECONDS, Refusal, StartOnboarding,
    StartedOnboarding,
};
use protocol::{DeviceError, Secret, paths};
use rustls::ClientConfig;
use serde_json::json;
use url::{Host, Url};

use crate::clock;
use crate::dial;
use crate::enrol::{self, Server};
use crate::est::Proof;
use crate::failure::{Failure, Result, printable};
use crate::http_client::{Connection, Reply};
use crate::report::Reporter;
use crate::state::{Enrolment, Folder, Identity, Pending};
use crate::trust::{self, Trust};

/// How a waiting device asks.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Between two questions.
    pub every: Duration,
    /// So many questions in a row without an answer: the service is gone.
    pub patience: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(POLL_SECONDS.into()),
            patience: 5,
        }
    }
}

/// What a person wants.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Whose device it is going to be.
    pub email: EmailAddress,
    /// Structure tag for default directory rules.
    pub structure_tag: Option<String>,
}

/// Onboards the device of `folder`: shows the person where to sign in, waits, enrols. A run that was interrupted goes on.
pub async fn onboard(
    folder: &Folder,
    identity: &Identity,
    service: &Service,
    wish: &Wish,
    pace: Pace,
    report: &Reporter,
) -> Result<Enrolment> {
    let kept = Pending::load(folder)
        .filter(|kept| kept.service == service.base && kept.email == wish.email.as_str());
    let mut again = kept.is_some();
    let mut started = match kept {
        Some(kept) => kept.started,
        None => start(folder, identity, service, wish).await?,
    };
    let offer = loop {
        show(&started, report);
        match wait(service, &started, pace).await {
            Ok(offer) => break offer,
            // What went wrong with the last one may be long ago: once more, from the beginning.
            Err(End::Over(_)) if again => {
                again = false;
                started = start(folder, identity, service, wish).await?;
            }
            Err(End::Over(failure)) => {
                Pending::forget(folder)?;
                return Err(failure);
            }
            Err(End::Gone(failure)) => return Err(failure),
        }
    };
    report.say("Signed in. The certificate is being requested.");
    let trust = Trust::chain(&offer.chain_pem, clock::now())?;
    let server = Server {
        enrolment: offer.enrolment,
        management: offer.management,
        trust,
    };
    let proof = Proof::Token(offer.token);
    let enrolled = enrol::enrol(folder, identity, &server, &proof, Some(wish.email.as_str())).await;
    // A refusal will not be taken back; a network that is down may come up while the token lives.
    if enrolled
        .as_ref()
        .err()
        .is_none_or(|failure| failure.code == DeviceError::NotEnrolled)
    {
        Pending::forget(folder)?;
    }
    enrolled
}

async fn start(
    folder: &Folder,
    identity: &Identity,
    service: &Service,
    wish: &Wish,
) -> Result<StartedOnboarding> {
    let request = StartOnboarding {
        email: wish.email.clone(),
        unit_id: identity.unit_id.clone(),
        mac: identity.mac,
        product: identity.product.clone(),
        version: identity.version.clone(),
        structure_tag: wish.structure_tag.clone(),
    };
    if !request.is_bounded() {
        return Err(Failure::arguments(
            "the structure tag is too long or has control characters",
        ));
    }
    let started = service.start(&request).await?;
    let pending = Pending {
        service: service.base.clone(),
        email: wish.email.as_str().to_owned(),
        started: started.clone(),
    };
    pending.save(folder)?;
    Ok(started)
}

fn show(started: &StartedOnboarding, report: &Reporter) {
    let (url, code) = (printable(&started.sign_in_url), printable(&started.code));
    let sentence =
        format!("Sign in here:  {url}\nThe page has to show this code:  {code}\nWaiting for the sign-in …");
    report.event("sign_in", json!({ "url": url, "code": code }), &sentence);
}

/// What a device gets for its patience.
struct Offer {
    enrolment: Address,
    management: Address,
    chain_pem: String,
    token: Secret,
}

/// Why waiting ended without an offer.
enum End {
    /// The service says so.
    Over(Failure),
    /// The service does not answer any more; the run may still be alive.
    Gone(Failure),
}

async fn wait(service: &Service, started: &StartedOnboarding, pace: Pace) -> Result<Offer, End> {
    let mut silent = 0;
    loop {
        let pause = match service.state(started).await {
            Ok(OnboardingState::Ready {
                enrolment,
                management,
                chain_pem,
                token,
            }) => {
                return Ok(Offer {
                    enrolment,
                    management,
                    chain_pem,
                    token,
                });
            }
            Ok(OnboardingState::Failed { code, message }) => {
                return Err(End::Over(Failure::said(code, &message)));
            }
            Ok(OnboardingState::Pending) => {
                silent = 0;
                pace.every
            }
            Err(End::Over(failure)) => return Err(End::Over(failure)),
            Err(End::Gone(failure)) => {
                silent += 1;
                if silent >= pace.patience {
                    return Err(End::Gone(failure));
                }
                failure.retry_after.unwrap_or(pace.every).max(pace.every)
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// An Onboarding Service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Without a final slash.
    base: String,
    path: String,
    address: Address,
    tls: Option<Arc<ClientConfig>>,
}

impl Service {
    /// The service at a URL: https, or http on this machine alone (32). `ca` is trusted besides the system's authorities (34, 47).
    pub fn new(url: &str, ca: Option<&Path>) -> Result<Self> {
        let parsed = Url::parse(url)
            .map_err(|error| Failure::arguments(format!("the Onboarding Service {url:?}: {error}")))?;
        let wrong = |why: &str| Failure::arguments(format!("the Onboarding Service {url:?}: {why}"));
        if !parsed.username().is_empty() || parsed.password().is_some() || parsed.query().is_some() {
            return Err(wrong("only scheme, host, port and path"));
        }
        let host = parsed.host().ok_or_else(|| wrong("a host is missing"))?;
        let is_local = match &host {
            Host::Domain(name) => name.eq_ignore_ascii_case("localhost"),
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        let tls = match parsed.scheme() {
            "https" => Some(trust::public(ca)?),
            "http" if is_local => None,
            "http" => return Err(wrong("http:// only on this machine; use https://")),
            _ => return Err(wrong("https:// is expected")),
        };
        let host = Hostname::parse(&host.to_string()).map_err(|_| wrong("not a host name"))?;
        let port = parsed
            .port_or_known_default()
            .and_then(|port| Port::try_from(port).ok());
        let port = port.ok_or_else(|| wrong("not a port"))?;
        let path = parsed.path().trim_end_matches('/').to_owned();
        let base = parsed.as_str().trim_end_matches('/').to_owned();
        Ok(Self {
            base,
            path,
            address: Address { host, port },
            tls,
        })
    }

    /// Step 1.
    async fn start(&self, request: &StartOnboarding) -> Result<StartedOnboarding> {
        let body = serde_json::to_vec(request).map_err(Failure::arguments)?;
        let reply = self
            .call(Method::POST, paths::OBS_ONBOARDINGS, None, body, MAX_BODY_BYTES)
            .await?;
        if reply.status == StatusCode::CREATED {
            return self.read(&reply);
        }
        Err(self.refused(&reply))
    }

    /// Step 6.
    async fn state(&self, started: &StartedOnboarding) -> Result<OnboardingState, End> {
        let path = paths::obs_onboarding(&started.id.to_string());
        let reply = self
            .call(
                Method::GET,
                &path,
                Some(&started.secret),
                Vec::new(),
                MAX_READY_BYTES,
            )
            .await;
        let reply = reply.map_err(End::Gone)?;
        if reply.status == StatusCode::OK {
            return self.read(&reply).map_err(End::Gone);
        }
        let failure = self.refused(&reply);
        let is_passing = reply.status.is_server_error() || reply.status == StatusCode::TOO_MANY_REQUESTS;
        Err(if is_passing {
            End::Gone(failure)
        } else {
            End::Over(failure)
        })
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        secret: Option<&Secret>,
        body: Vec<u8>,
        max: usize,
    ) -> Result<Reply> {
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.uri_mut() =
            http::Uri::try_from(format!("{}{path}", self.path)).map_err(Failure::arguments)?;
        let headers = request.headers_mut();
        headers.insert(
            header::HOST,
            HeaderValue::try_from(self.address.to_string()).map_err(Failure::arguments)?,
        );
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(secret) = secret {
            let mut value =
                HeaderValue::try_from(format!("Bearer {}", secret.expose())).map_err(Failure::arguments)?;
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
        *request.method_mut() = method;
        let connection = match &self.tls {
            None => {
                Connection::open(
                    dial::tcp(&self.address)
                        .await
                        .map_err(|failure| gone(&failure.cause))?,
                )
                .await
            }
            Some(tls) => {
                let stream = dial::tls(&self.address, Arc::clone(tls)).await;
                Connection::open(stream.map_err(|failure| gone(&failure.cause))?).await
            }
        };
        let mut connection = connection.map_err(|problem| gone(&format!("{}: {problem}", self.address)))?;
        connection
            .send(request, max)
            .await
            .map_err(|problem| gone(&format!("{}: {problem}", self.address)))
    }

    fn read<T: serde::de::DeserializeOwned>(&self, reply: &Reply) -> Result<T> {
        serde_json::from_slice(&reply.body).map_err(|error| gone(&format!("{}: {error}", self.address)))
    }

    /// The service's own code and words; 30 where what answers is no such service.
    fn refused(&self, reply: &Reply) -> Failure {
        let failure = match serde_json::from_slice::<Refusal>(&reply.body) {
            Ok(refusal) => Failure::said(refusal.code, &refusal.message),
            Err(_) => gone(&format!("{}: {}", self.address, reply.told())),
        };
        failure.retry_after(reply.retry_after())
    }
}

/// Whatever stands between device and service: to the person it is gone (30).
fn gone(cause: &str) -> Failure {
    Failure::new(DeviceError::OnboardingServiceUnreachable, cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_only_on_this_machine() {
        for good in [
            "http://localhost:8081",
            "http://127.0.0.1:8081/",
            "http://[::1]:1",
            "https://obs.contoso.example/x/",
        ] {
            assert!(Service::new(good, None).is_ok(), "{good}");
        }
        for wrong in [
            "http://obs.contoso.example",
            "http://192.0.2.1",
            "ftp://localhost",
            "localhost:8081",
            "",
            "https://a@localhost",
        ] {
            assert_eq!(
                Service::new(wrong, None).unwrap_err().code.number(),
                32,
                "{wrong}"
            );
        }
        let path = Service::new("https://obs.contoso.example/x/", None).unwrap();
        assert_eq!(
            (path.path.as_str(), path.address.to_string().as_str()),
            ("/x", "obs.contoso.example:443")
        );
    }

    #[test]
    fn an_extra_authority_that_cannot_be_read_is_34() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("ca.pem");
        let code = |path: &Path| {
            Service::new("https://localhost", Some(path)).map_err(|failure| failure.code.number())
        };
        assert_eq!(code(&file).unwrap_err(), 34);
        std::fs::write(&file, "nothing").unwrap();
        assert_eq!(code(&file).unwrap_err(), 34);
        let now = clock::now();
        let root = pki::Authority::new_root("Contoso", pki::KeyKind::P256, now, time::Duration::DAY).unwrap();
        std::fs::write(&file, root.certificate().pem()).unwrap();
        assert!(code(&file).is_ok());
    }
}

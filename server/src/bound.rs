//! Listeners, bound before anything else: the public addresses depend on the ports.

use std::net::SocketAddr;

use serde::Serialize;
use tokio::net::TcpListener;

use crate::config::Config;
use crate::startup::StartError;

/// What the configuration names, listening.
#[derive(Debug, Default)]
pub struct Listeners {
    pub portal: Option<TcpListener>,
    pub onboarding: Option<TcpListener>,
    pub ums: Option<TcpListener>,
    pub metrics: Option<TcpListener>,
}

/// The addresses in use, written to `<data>/run/addresses.json` when everything listens.
#[derive(Debug, Default, Serialize)]
pub struct Addresses {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portal: Option<SocketAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub onboarding: Option<SocketAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ums: Option<SocketAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics: Option<SocketAddr>,
}

/// Binds everything, or nothing stays bound.
pub async fn bind(config: &Config) -> Result<(Listeners, Addresses), StartError> {
    let portal = config.portal.as_ref().and_then(|system| system.listen.served());
    let onboarding = config
        .onboarding
        .as_ref()
        .and_then(|system| system.listen.served());
    let ums = config.ums.as_ref().and_then(|system| system.listen.served());
    let metrics = Some(config.metrics.listen.as_str()).filter(|text| !text.is_empty());
    let mut addresses = Addresses::default();
    let listeners = Listeners {
        portal: one(portal, &mut addresses.portal).await?,
        onboarding: one(onboarding, &mut addresses.onboarding).await?,
        ums: one(ums, &mut addresses.ums).await?,
        metrics: one(metrics, &mut addresses.metrics).await?,
    };
    Ok((listeners, addresses))
}

async fn one(
    address: Option<&str>,
    bound: &mut Option<SocketAddr>,
) -> Result<Option<TcpListener>, StartError> {
    let Some(address) = address else { return Ok(None) };
    let failed = |cause| StartError::Listen {
        address: address.to_owned(),
        cause,
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    *bound = Some(listener.local_addr().map_err(failed)?);
    Ok(Some(listener))
}

use domain::Side;

use crate::{Identity, Result, Services, Session, SessionToken};

/// Somebody who is signed in and has access at this moment. A page asks for several things at once: it is looked up once for all
/// of them.
#[derive(Clone)]
pub struct Caller<S: Side> {
    session: Session<S>,
    identity: Identity,
}

impl<S: Side> Caller<S> {
    /// The holder of the session of `token`.
    pub async fn find(services: &Services<S>, token: &SessionToken) -> Result<Option<Self>> {
        match Session::load(services, token).await? {
            Some(session) => Self::of(services, session).await,
            None => Ok(None),
        }
    }

    /// The holder of `session`, with the rights of this moment.
    pub async fn of(services: &Services<S>, session: Session<S>) -> Result<Option<Self>> {
        let identity = services.identify(&session).await?;
        Ok(identity.map(|identity| Self { session, identity }))
    }

    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    pub fn session(&self) -> &Session<S> {
        &self.session
    }
}

//! A UMS asks whether it is registered, and what its company has switched on for it.

use access::{Result, Visitor};
use domain::Cloud;
use protocol::onboarding::{AskRegistration, UmsRegistration};

use crate::assertion::Assertion;
use crate::tokens::rows;
use crate::{Settings, limits};

/// The registration of the UMS that asks. `None` where its assertion proves no registered UMS, or was used before.
pub(crate) async fn look(
    visitor: &Visitor<Cloud>,
    question: &AskRegistration,
) -> Result<Option<UmsRegistration>> {
    visitor.limit(limits::VALIDATE)?;
    let audience = visitor.services().port::<Settings>()?.base().to_owned();
    let shown = (
        &question.client_assertion,
        question.client_assertion_type.as_str(),
    );
    let Some(assertion) = Assertion::verify(visitor, shown, &audience).await? else {
        return Ok(None);
    };
    let mut tx = visitor.begin().await?;
    let until = assertion.expires_at + limits::CLOCK_LEEWAY;
    let fresh =
        rows::use_assertion_unscoped(&mut tx, &assertion.fingerprint, &assertion.jti_hash, until).await?;
    tx.commit_without_event_because("a look changes nothing").await?;
    Ok(fresh.then_some(UmsRegistration {
        name: assertion.ums.name,
        app_portal: assertion.ums.app_portal,
        insight: assertion.ums.insight,
    }))
}

//! What endpoints are called about: each time a new one, where a call changes it.

use domain::invitation::InvitationDraft;
use domain::user::UserState;
use uuid::Uuid;

use super::Walk;
use crate::matrix::{Object, Row, rows};
use crate::stage::Tenant;
use crate::stage::tenant::registration;

impl Walk {
    /// An object of that company, for that endpoint.
    pub(super) async fn object(&self, row: &Row, tenant: &Tenant) -> Uuid {
        let cloud = &self.stage.cloud;
        match row.object() {
            None => Uuid::nil(),
            Some(Object::Routing) => tenant.routing.into(),
            Some(Object::FreshRouting) => tenant.fresh_routing(cloud, self.stage.fresh()).await.into(),
            Some(Object::Device) => self.device.id.into(),
            Some(Object::User) => self.user(tenant, &format!("subject{}", self.stage.fresh())).await,
            Some(Object::FormerUser) => {
                let name = format!("former{}", self.stage.fresh());
                let id = self.user(tenant, &name).await;
                tenant.set_state(cloud, &name, UserState::Deactivated).await;
                id
            }
            Some(Object::Invitation) => self.invitation(tenant).await.1,
            Some(Object::SamlIdp) => {
                let several = row.path == rows::REMOVE_SAML_CERTIFICATE;
                tenant.saml_idp(cloud, self.stage.fresh(), several).await.into()
            }
            Some(Object::OsIdp) => tenant.os_idp(cloud, self.stage.fresh()).await.into(),
            Some(Object::Registration) => {
                let number = self.stage.fresh();
                registration(cloud, &format!("registration{number}"), number, true).await
            }
            Some(Object::Account) => tenant.account.into(),
            Some(Object::Domain) => tenant.domain_claim(cloud, self.stage.fresh()).await.into(),
            Some(Object::Case | Object::AnyCase) => tenant.case(cloud).await.0.into(),
            Some(Object::CaseFile | Object::AnyCaseFile) => tenant.case(cloud).await.1.into(),
            Some(Object::FailedOnboarding) => tenant.failed_onboarding(cloud).await.into(),
            Some(Object::UmsInstance) => tenant.ums_instance(cloud, self.stage.fresh()).await.into(),
        }
    }

    /// An issuer that answers.
    pub(super) fn issuer(&self) -> String {
        const ISSUER: &str = "https://issuer.example";
        let document = format!(
            r#"{{"issuer":"{ISSUER}","authorization_endpoint":"{ISSUER}/authorize","token_endpoint":"{ISSUER}/token","jwks_uri":"{ISSUER}/keys"}}"#
        );
        let keys = r#"{"keys":[{"kty":"EC","crv":"P-256","use":"sig","kid":"1","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}"#;
        let outside = &self.stage.cloud.outside;
        outside.answer(
            &format!("{ISSUER}/.well-known/openid-configuration"),
            200,
            document,
        );
        outside.answer(&format!("{ISSUER}/keys"), 200, keys);
        ISSUER.to_owned()
    }

    /// The token of a new invitation of the first company.
    pub(super) async fn invitation_link(&self) -> String {
        let (email, _) = self.invitation(&self.stage.contoso).await;
        let jobs = portal::mails::jobs(access::jobs::Jobs::default());
        jobs.run_due(&self.stage.cloud.services).await.unwrap();
        let mails = self.stage.cloud.outside.mails();
        let mail = mails.iter().rev().find(|mail| mail.to == email).unwrap();
        let token = mail.text.split("invitation?token=").nth(1).unwrap();
        token.split_whitespace().next().unwrap().to_owned()
    }

    async fn user(&self, tenant: &Tenant, name: &str) -> Uuid {
        let roles = ["obs-admin", "ums-admin"];
        tenant.add(&self.stage.cloud, name, &roles).await.into()
    }

    async fn invitation(&self, tenant: &Tenant) -> (String, Uuid) {
        let draft = InvitationDraft {
            email: tenant.email(&format!("guest{}", self.stage.fresh())),
            role: "obs-admin".to_owned(),
            ..InvitationDraft::default()
        };
        let email = draft.email.clone();
        let auth = tenant.may(&self.stage.cloud).await;
        (
            email,
            portal::invitations::invite(&auth, draft).await.unwrap().into(),
        )
    }
}

//! What a use case asks for. Each permission is a type, so that the compiler can tell a use case that needs one from a caller
//! that has another; who holds it is decided in one place, [`Grants::allow`].

use crate::role::{Role, Row};

/// One of the two sides of the product, each with its own database, sign-in and session cookie.
pub trait Side: Copy + Send + Sync + 'static {
    /// Its name in the configuration, in folders and in logs.
    const KEY: &'static str;
    /// The cookie that carries its session.
    const COOKIE: &'static str;
}

/// The vendor's cloud: Customer Portal and Onboarding Service.
#[derive(Clone, Copy, Debug)]
pub struct Cloud;
/// One company's UMS.
#[derive(Clone, Copy, Debug)]
pub struct Company;
/// Those who run the cloud: operators, who belong to no company. They share its database, and nothing else.
#[derive(Clone, Copy, Debug)]
pub struct Vendor;

impl Side for Cloud {
    const KEY: &'static str = "cloud";
    const COOKIE: &'static str = "__Host-portal";
}
impl Side for Company {
    const KEY: &'static str = "ums";
    const COOKIE: &'static str = "__Host-ums";
}

impl Side for Vendor {
    const KEY: &'static str = "operator";
    const COOKIE: &'static str = "__Host-operator";
}

/// Something that a person can be allowed to do.
pub trait Permission: Send + Sync + 'static {
    type Side: Side;
    /// Its name in the authorisation matrix and in logs.
    const KEY: &'static str;
    const NEEDS: Needs;
}

/// What has to be held for a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// To have a session, also one that was started with a one-time password and is of use for nothing but setting another.
    Session,
    /// To be signed in and active, nothing else.
    SignedIn,
    /// A role with a tick in this row of the customer's table.
    Row(Row),
    /// To have this role, whatever the table says.
    Role(Role),
    /// To be the superuser of the UMS. (Finer rights for administrators come with their accounts.)
    Superuser,
}

/// What somebody holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    pub roles: Vec<Role>,
    pub superuser: bool,
}

impl Grants {
    /// Whether they are enough.
    pub fn allow(&self, needs: Needs) -> bool {
        match needs {
            Needs::Session | Needs::SignedIn => true,
            Needs::Row(row) => self.roles.iter().any(|role| row.roles().contains(role)),
            Needs::Role(role) => self.roles.contains(&role),
            Needs::Superuser => self.superuser,
        }
    }
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $side:ident $name:ident => $key:literal, $needs:expr;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name;
            impl Permission for $name {
                type Side = $side;
                const KEY: &'static str = $key;
                const NEEDS: Needs = $needs;
            }
        )*

        /// Every permission: side, key and what it needs. For the authorisation matrix.
        pub const ALL: &[(&str, &str, Needs)] = &[$(($side::KEY, $key, $needs)),*];
    };
}

permissions! {
    /// End one's own session; set a password in the place of a one-time one.
    Cloud PortalSession => "portal.session", Needs::Session;
    /// Use the portal's frame, see and end one's own session.
    Cloud PortalSignedIn => "portal.signed_in", Needs::SignedIn;
    /// Choose columns and keep views of lists, for oneself.
    Cloud ChooseLists => "portal.choose_lists", Needs::SignedIn;
    /// Activate IGEL OS Onboarding for the account.
    Cloud ActivateOnboarding => "onboarding.activate", Needs::Row(Row::RegisterObsInstances);
    /// See the account: company data, domains, services.
    Cloud ViewAccount => "account.view", Needs::Row(Row::ViewAccount);
    /// Change the account's registration data.
    Cloud EditAccount => "account.edit", Needs::Role(Role::SuperAdmin);
    /// See what was done in the account, by whom.
    Cloud ViewActivity => "activity.view", Needs::Row(Row::ViewAccount);
    /// See the users of the account and its invitations.
    Cloud ViewUsers => "user.view", Needs::Row(Row::ViewUsers);
    /// Invite users; resend and cancel invitations.
    Cloud InviteUsers => "user.invite", Needs::Row(Row::InviteUsers);
    /// Add and remove roles of users, deactivate and restore them.
    Cloud ChangeUserRoles => "user.change_roles", Needs::Row(Row::ChangeUserRoles);
    /// Name the roles whose holders need a second factor.
    Cloud RequireSecondFactor => "second_factor.require", Needs::Role(Role::SuperAdmin);
    /// "Bring your IdP": the providers of the portal's own sign-in.
    Cloud ManageSamlIdps => "saml_idp.manage", Needs::Role(Role::SuperAdmin);
    /// See the IGEL OS IdP list.
    Cloud ViewOsIdps => "os_idp.view", Needs::Row(Row::UseObsInstance);
    /// Register an IGEL OS IdP.
    Cloud RegisterOsIdp => "os_idp.register", Needs::Row(Row::RegisterOsIdp);
    /// "Update client secret".
    Cloud UpdateClientSecret => "os_idp.update_secret", Needs::Row(Row::RegisterOsIdp);
    /// "Update Mapped Domains" of an IGEL OS IdP.
    Cloud UpdateOsIdpDomains => "os_idp.update_domains", Needs::Row(Row::RegisterOsIdp);
    /// Rename an IGEL OS IdP.
    Cloud RenameOsIdp => "os_idp.rename", Needs::Row(Row::RegisterOsIdp);
    /// Enable and disable an IGEL OS IdP.
    Cloud SwitchOsIdp => "os_idp.switch", Needs::Row(Row::RegisterOsIdp);
    /// Delete an IGEL OS IdP, and see what would stop.
    Cloud DeleteOsIdp => "os_idp.delete", Needs::Row(Row::RegisterOsIdp);
    /// Test sign-in at an IGEL OS IdP.
    Cloud TestOsIdp => "os_idp.test", Needs::Row(Row::RegisterOsIdp);
    /// See IGEL OS Onboarding records and their last onboardings.
    Cloud ViewRouting => "routing.view", Needs::Row(Row::ViewObsAttributes);
    /// Register an IGEL OS Onboarding record.
    Cloud CreateRouting => "routing.create", Needs::Row(Row::CreateObsAttributes);
    /// Look at a certificate chain before it is saved, also at what a host presents.
    Cloud InspectChain => "routing.inspect_chain", Needs::Row(Row::UseObsAttributes);
    /// Have the way to a record's UMS checked.
    Cloud CheckRouting => "routing.check", Needs::Row(Row::UseObsAttributes);
    /// Ask where the device of a person would be led.
    Cloud ResolveRoute => "routing.resolve", Needs::Row(Row::UseObsAttributes);
    /// Change a record's name, host, port and further addresses.
    Cloud EditRouting => "routing.edit", Needs::Row(Row::ChangeObsAttributes);
    /// "Replace X.509 Certificate".
    Cloud ReplaceRoutingChain => "routing.replace_chain", Needs::Row(Row::ChangeObsAttributes);
    /// "Update Mapped Users".
    Cloud MapUsers => "routing.map_users", Needs::Row(Row::ChangeObsAttributes);
    /// "Update Mapped Domains".
    Cloud MapDomains => "routing.map_domains", Needs::Row(Row::ChangeObsAttributes);
    /// Switch a record off and on.
    Cloud SwitchRouting => "routing.switch", Needs::Row(Row::ChangeObsAttributes);
    /// Make a record what it was after an earlier change.
    Cloud RestoreRouting => "routing.restore", Needs::Row(Row::ChangeObsAttributes);
    /// Delete a record.
    Cloud DeleteRouting => "routing.delete", Needs::Row(Row::ChangeObsAttributes);
    /// See the domains of the account and the state of their proofs.
    Cloud ViewDomains => "domain.view", Needs::Row(Row::ViewObsAttributes);
    /// Add domains that shall be proved.
    Cloud AddDomains => "domain.add", Needs::Row(Row::ChangeObsAttributes);
    /// Have the proof of a domain looked for now.
    Cloud CheckDomain => "domain.check", Needs::Row(Row::ChangeObsAttributes);
    /// Remove a domain that nothing maps.
    Cloud RemoveDomain => "domain.remove", Needs::Row(Row::ChangeObsAttributes);
    /// See what of the account ends one day: of what one's roles open.
    Cloud ViewExpiry => "expiry.view", Needs::SignedIn;
    /// See registered UMS instances.
    Cloud ViewUmsInstances => "ums_instance.view", Needs::Row(Row::ViewUmsInstances);
    /// Register a UMS instance.
    Cloud CreateUmsInstance => "ums_instance.create", Needs::Row(Row::CreateUmsInstances);
    /// Change name, comments and options of a UMS instance.
    Cloud EditUmsInstance => "ums_instance.edit", Needs::Row(Row::ChangeUmsInstances);
    /// Replace the UMS ID of a UMS instance.
    Cloud ReplaceUmsId => "ums_instance.replace_id", Needs::Row(Row::ChangeUmsInstances);
    /// "Delete UMS Instance".
    Cloud DeleteUmsInstance => "ums_instance.delete", Needs::Row(Row::ChangeUmsInstances);

    /// See support cases and their files.
    Cloud ViewCases => "case.view", Needs::Row(Row::ViewSupportCases);
    /// Submit a case. Each kind has a row of its own besides: [`CaseKind::submit_row`](crate::case::CaseKind::submit_row).
    Cloud SubmitCase => "case.submit", Needs::Row(Row::SubmitSupportCases);
    /// Comment a case, also to open it again.
    Cloud CommentCase => "case.comment", Needs::Row(Row::SubmitSupportCases);
    /// Close a case.
    Cloud CloseCase => "case.close", Needs::Row(Row::SubmitSupportCases);

    /// Use the operators' pages, see and end one's own session.
    Vendor OperatorSignedIn => "operator.signed_in", Needs::SignedIn;
    /// Choose columns and keep views of lists, for oneself.
    Vendor ChooseOperatorLists => "operator.choose_lists", Needs::SignedIn;
    /// See registrations and what is known about them.
    Vendor ViewRegistrations => "registration.view", Needs::SignedIn;
    /// Approve and refuse registrations.
    Vendor DecideRegistrations => "registration.decide", Needs::SignedIn;
    /// See the accounts of all companies, without what they keep secret.
    Vendor ViewAccounts => "accounts.view", Needs::SignedIn;
    /// See the support cases of all companies, with their files.
    Vendor ViewAllCases => "cases.view", Needs::SignedIn;
    /// Answer cases, note something about them, change their state.
    Vendor AnswerCases => "cases.answer", Needs::SignedIn;

    /// Use the frame of the UMS Web App, see and end one's own session.
    Company UmsSignedIn => "ums.signed_in", Needs::SignedIn;
    /// Choose columns and keep views of lists, for oneself.
    Company ChooseUmsLists => "ums.choose_lists", Needs::SignedIn;
    /// See devices and their details.
    Company ViewDevices => "device.view", Needs::Superuser;
    /// Send a command to a device.
    Company CommandDevices => "device.command", Needs::Superuser;
    /// See UMS servers, certificates and addresses; download the certificate chain.
    Company ViewNetwork => "network.view", Needs::Superuser;
    /// Ask the Onboarding Services whether they know this UMS.
    Company CheckRegistration => "registration.check", Needs::Superuser;
    /// Export the UMS ID.
    Company ExportUmsId => "ums_id.export", Needs::Superuser;
    /// Make first-authentication keys and show the communication token.
    Company ManageFirstAuthKeys => "first_auth_key.manage", Needs::Superuser;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_of_several_roles_add_up_and_nothing_else_is_allowed() {
        let grants = |roles: &[Role]| Grants {
            roles: roles.to_vec(),
            superuser: false,
        };
        let both = grants(&[Role::ObsAdmin, Role::UmsAdmin]);
        assert!(both.allow(RegisterOsIdp::NEEDS) && both.allow(CreateUmsInstance::NEEDS));
        assert!(!grants(&[Role::ObsAdmin]).allow(CreateUmsInstance::NEEDS));
        assert!(!grants(&[]).allow(ViewRouting::NEEDS) && grants(&[]).allow(PortalSignedIn::NEEDS));
        assert!(!both.allow(ViewDevices::NEEDS));
        assert!(
            Grants {
                roles: vec![],
                superuser: true
            }
            .allow(ViewDevices::NEEDS)
        );
    }

    #[test]
    fn keys_are_unique() {
        let mut keys: Vec<_> = ALL.iter().map(|(_, key, _)| key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), ALL.len());
    }
}

//! The roles of the Customer Portal and the customer's table of what each may do (start guide, page 9), as data.

use serde::{Deserialize, Serialize};

use crate::Reason;

/// A role of a user in the Customer Portal. A user may hold several; the rights add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    SuperAdmin,
    AccountAdmin,
    ObsAdmin,
    UmsAdmin,
    CustomerSupportAccountManager,
    AppPortalUser,
}

impl Role {
    pub const ALL: [Self; 6] = [
        Self::SuperAdmin,
        Self::AccountAdmin,
        Self::ObsAdmin,
        Self::UmsAdmin,
        Self::CustomerSupportAccountManager,
        Self::AppPortalUser,
    ];

    /// The key in the database, on the command line and in audit events.
    pub fn key(self) -> &'static str {
        match self {
            Self::SuperAdmin => "super-admin",
            Self::AccountAdmin => "account-admin",
            Self::ObsAdmin => "obs-admin",
            Self::UmsAdmin => "ums-admin",
            Self::CustomerSupportAccountManager => "support-manager",
            Self::AppPortalUser => "app-portal-user",
        }
    }

    /// Its bit where several roles stand in one number.
    pub fn bit(self) -> i64 {
        1 << (self as u8)
    }

    /// The roles of such a number, in the order of the customer's table.
    pub fn of_bits(bits: i64) -> Vec<Self> {
        Self::ALL
            .into_iter()
            .filter(|role| bits & role.bit() != 0)
            .collect()
    }

    /// The customer's name for it, the same in every language.
    pub fn label(self) -> &'static str {
        match self {
            Self::SuperAdmin => "Super Admin",
            Self::AccountAdmin => "Account Admin",
            Self::ObsAdmin => "OBS Admin",
            Self::UmsAdmin => "UMS Admin",
            Self::CustomerSupportAccountManager => "Customer Support Account Manager",
            Self::AppPortalUser => "App Portal User",
        }
    }

    /// The role that somebody calls by its label or its key, in whatever case.
    pub fn named(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL
            .into_iter()
            .find(|role| role.label().eq_ignore_ascii_case(text) || role.key().eq_ignore_ascii_case(text))
    }

    pub fn parse(key: &str) -> Result<Self, Reason> {
        Self::ALL
            .into_iter()
            .find(|role| role.key() == key)
            .ok_or(Reason::NotAChoice)
    }
}

macro_rules! table {
    ($($row:ident $group:literal $label:literal => $($role:ident)+;)*) => {
        /// A row of the customer's table: something that roles allow.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Row { $($row),* }

        impl Row {
            pub const ALL: &[Self] = &[$(Self::$row),*];

            /// The group's heading in the table.
            pub fn group(self) -> &'static str {
                match self { $(Self::$row => $group),* }
            }

            /// The row's words in the table.
            pub fn label(self) -> &'static str {
                match self { $(Self::$row => $label),* }
            }

            /// The roles with a tick in this row.
            pub fn roles(self) -> &'static [Role] {
                match self { $(Self::$row => &[$(Role::$role),+]),* }
            }
        }
    };
}

table! {
    ViewAccount "Account Management" "View account" => SuperAdmin AccountAdmin;
    ViewUsers "User Management" "View users" => SuperAdmin AccountAdmin;
    InviteUsers "User Management" "Invite users" => SuperAdmin AccountAdmin;
    ChangeUserRoles "User Management" "Add / remove user roles" => SuperAdmin AccountAdmin;
    RegisterOsIdp "OBS IdP (Onboarding Service Identity Provider)" "Register IGEL OS IdP" => SuperAdmin ObsAdmin;
    UseObsInstance "OBS IdP (Onboarding Service Identity Provider)" "Use OBS instance" => SuperAdmin ObsAdmin;
    RegisterObsInstances "IGEL OS Onboarding" "Register OBS instances" => SuperAdmin ObsAdmin;
    ViewObsAttributes "IGEL OS Onboarding" "View OBS attributes" => SuperAdmin ObsAdmin;
    UseObsAttributes "IGEL OS Onboarding" "Use OBS attributes" => SuperAdmin ObsAdmin;
    CreateObsAttributes "IGEL OS Onboarding" "Create OBS attributes" => SuperAdmin ObsAdmin;
    ChangeObsAttributes "IGEL OS Onboarding" "Add / change OBS attributes" => SuperAdmin ObsAdmin;
    ViewUmsInstances "UMS Management" "View UMS instances" => SuperAdmin UmsAdmin;
    UseUmsInstances "UMS Management" "Use UMS instances" => SuperAdmin UmsAdmin;
    CreateUmsInstances "UMS Management" "Create UMS instances" => SuperAdmin UmsAdmin;
    ChangeUmsInstances "UMS Management" "Add / change UMS instances" => SuperAdmin UmsAdmin;
    ViewSupportCases "Support / Case Management" "View support cases" => SuperAdmin CustomerSupportAccountManager;
    SubmitSupportCases "Support / Case Management" "Submit support cases" => SuperAdmin CustomerSupportAccountManager;
    ViewRmaCases "Support / Case Management" "View RMA cases" => SuperAdmin CustomerSupportAccountManager;
    SubmitRmaCase "Support / Case Management" "Submit an RMA case" => SuperAdmin CustomerSupportAccountManager;
    SubmitResetKeyCases "Support / Case Management" "Submit reset key cases" => SuperAdmin CustomerSupportAccountManager;
    SubmitLicenseQuestionCases "Support / Case Management" "Submit license question cases" => SuperAdmin CustomerSupportAccountManager;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_the_seeds_21_rows_in_six_groups() {
        assert_eq!(Row::ALL.len(), 21);
        let mut groups: Vec<_> = Row::ALL.iter().map(|row| row.group()).collect();
        groups.dedup();
        assert_eq!(groups.len(), 6);
        assert!(Row::ALL.iter().all(|row| row.roles().contains(&Role::SuperAdmin)));
        assert!(
            Row::ALL
                .iter()
                .all(|row| !row.roles().contains(&Role::AppPortalUser))
        );
    }

    #[test]
    fn keys_are_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.key()), Ok(role));
        }
        assert_eq!(Role::parse("root"), Err(Reason::NotAChoice));
        assert_eq!(Role::of_bits(0b10_0001), [Role::SuperAdmin, Role::AppPortalUser]);
        assert_eq!(Role::named(" obs admin"), Some(Role::ObsAdmin));
        assert_eq!(Role::named("OBS"), None);
    }
}

//! "User & Role Administration" and "Overview": the users of an account and those who are invited.

use serde::{Deserialize, Serialize};

use crate::draft::Checker;
use crate::fault::{Invalid, Reason};
use crate::id::{InvitationId, UserId};
use crate::invitation::InvitationState;
use crate::role::Role;

/// A user whose access was ended can be restored for this many days; then the row is deleted.
pub const RESTORE_DAYS: u16 = 30;

/// Whom a row of the Overview is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonId {
    User(UserId),
    Invitation(InvitationId),
}

/// The column "Active".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Active {
    Yes,
    Pending,
    No,
}

/// What can be done with several rows of the Overview at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonAct {
    /// Open invitations are sent once more.
    Resend,
    /// Open invitations are taken back.
    Cancel,
    /// Users lose their access.
    Deactivate,
}

impl PersonAct {
    pub const ALL: [Self; 3] = [Self::Resend, Self::Cancel, Self::Deactivate];

    /// As it stands in an address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Resend => "resend",
            Self::Cancel => "cancel",
            Self::Deactivate => "deactivate",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.key() == key)
    }
}

/// A row of the Overview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    pub account: String,
    pub email: String,
    pub name: String,
    pub roles: Vec<Role>,
    pub active: Active,
    /// `None` where somebody did not come by an invitation.
    pub invitation: Option<InvitationState>,
    /// Days until a pending invitation ends, or until the row of a deactivated user is deleted.
    pub days_left: Option<u16>,
    pub created_at: time::OffsetDateTime,
    /// Whether it is the reader.
    pub own: bool,
    /// Whether the reader may do something with the row.
    pub can_change: bool,
}

/// A user whose roles can be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleHolder {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub roles: Vec<Role>,
}

/// The users to choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleHolders {
    pub users: Vec<RoleHolder>,
    /// Whether there are more than these: search for them.
    pub more: bool,
}

/// "Add additional role" and "Remove role", as chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleDraft {
    #[serde(default)]
    pub user: String,
    /// Key of a role.
    #[serde(default)]
    pub role: String,
    /// Whether the person was told that removing this role deactivates the user.
    #[serde(default)]
    pub told: bool,
}

impl RoleDraft {
    pub fn check(&self) -> Result<(UserId, Role), Invalid> {
        let mut checker = Checker::default();
        let user = checker.required("user", &self.user, |id| {
            id.parse().map_err(|_| Reason::NotAChoice)
        });
        let role = checker.required("role", &self.role, Role::parse);
        checker.finish(|| user.zip(role))
    }
}

/// The roles that somebody with `own` roles may grant and remove: only a Super Admin makes Super Admins.
pub fn grantable(own: &[Role]) -> impl Iterator<Item = Role> + use<> {
    let all = own.contains(&Role::SuperAdmin);
    Role::ALL
        .into_iter()
        .filter(move |role| all || *role != Role::SuperAdmin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_roles_needs_a_user_and_a_role() {
        let id = UserId::from(uuid::Uuid::from_u128(7));
        let draft = RoleDraft {
            user: id.to_string(),
            role: "ums-admin".to_owned(),
            told: false,
        };
        assert_eq!(draft.check(), Ok((id, Role::UmsAdmin)));
        let faults = RoleDraft::default().check().unwrap_err();
        assert_eq!(faults.reason("user"), Some(&Reason::Required));
        assert_eq!(faults.reason("role"), Some(&Reason::Required));
        let faults = RoleDraft {
            user: "root".to_owned(),
            ..draft
        }
        .check()
        .unwrap_err();
        assert_eq!(faults.reason("user"), Some(&Reason::NotAChoice));
    }

    #[test]
    fn only_a_super_admin_makes_super_admins() {
        assert!(grantable(&[Role::SuperAdmin]).any(|role| role == Role::SuperAdmin));
        let granted: Vec<_> = grantable(&[Role::AccountAdmin]).collect();
        assert!(!granted.contains(&Role::SuperAdmin) && granted.contains(&Role::AccountAdmin));
    }
}

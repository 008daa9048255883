//! Who is signed in, for the frame of the current system.

use domain::administrator::UmsMe;
use domain::user::Me;
use leptos::prelude::*;

use crate::error::AppError;

/// The signed-in user of the Customer Portal.
#[derive(Clone, Copy)]
pub struct PortalSession(pub Resource<Result<Me, AppError>>);

/// The signed-in administrator of the UMS.
#[derive(Clone, Copy)]
pub struct UmsSession(pub Resource<Result<UmsMe, AppError>>);

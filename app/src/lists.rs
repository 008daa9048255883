//! What the lists of the application export: the columns of their pages, and the lines of the file.

pub use crate::layout::list::csv::{head, rows};
pub use crate::layout::list::{Column, ListAddress};
pub use crate::pages::portal::{
    activity_columns, case_columns, domain_columns, expiry_columns, import_lines, mapped_user_columns,
    os_idp_columns, people_columns, routing_columns, ums_instance_columns,
};
pub use crate::pages::ums::device_columns;

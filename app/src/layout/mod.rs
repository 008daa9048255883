//! The frame around pages, and the skeletons that pages are made of.

mod detail_page;
mod form_page;
mod frame;
mod gate;
mod list_page;
mod loaded;
mod navigation;
mod preferences;

pub use detail_page::{DetailPage, id_of_page};
pub use form_page::{FormActs, FormPage, FormState, Plain, UploadForm, is_blank, needed, say_when_done};
pub use frame::{PortalFrame, UmsFrame};
pub use gate::Gate;
pub use list_page::{ListParts, ListState, list_state, total_in_words};
pub use loaded::loaded;

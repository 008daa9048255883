//! The frame around pages, and the skeletons that pages are made of.

mod detail_page;
mod form_page;
mod frame;
mod gate;
pub(crate) mod list;
mod loaded;
mod navigation;
mod open_page;
mod operator_frame;
mod overtaken;
mod preferences;

pub use detail_page::{DetailPage, id_of_page};
pub use form_page::{
    FormActs, FormKey, FormPage, FormState, Plain, UploadForm, is_blank, needed, say_when_done, times_done,
};
pub use frame::{PortalFrame, UmsFrame};
pub use gate::Gate;
pub use list::{
    Bulk, BulkAct, Column, FilterKind, ListParts, ListState, list_state, listed, row_acts,
    selection_of_address, total_in_words,
};
pub use loaded::loaded;
pub use open_page::OpenPage;
pub use operator_frame::OperatorFrame;
pub use overtaken::{Difference, overtaken, summary_unless_overtaken, versioned};

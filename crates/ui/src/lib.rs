//! The component kit: native elements with our look, for the Customer Portal and the UMS Web App alike.
//!
//! It knows no domain and hardly a word: texts come in as props, the few words of its own from [`Words`]. Every part renders
//! the same on the server and at hydration and is of use without script. The look of `crates/ui/src/button.rs` is in
//! `style/components/button.css`.

#![expect(clippy::needless_pass_by_value, reason = "a component owns its props")]

mod bind;
mod button;
mod card;
mod chain;
mod check_field;
mod copy;
mod crumbs;
mod dialog;
mod empty;
mod error_page;
mod facts;
mod field;
mod file_text_field;
mod fingerprint;
mod focus;
mod form;
mod head;
mod icon;
mod jump;
mod lines_field;
mod live_region;
mod mark;
mod menu;
mod note;
mod number_field;
mod pager;
mod password_field;
mod phone_nav;
mod select_field;
#[cfg(feature = "showcase")]
pub mod showcase;
mod spinner;
mod state;
mod steps;
mod table;
mod tabs;
mod text_area;
mod text_field;
mod tiles;
mod toast;
mod tone;
mod tools;
mod tree;
mod words;

pub use button::{Button, ButtonKind, ButtonLink};
pub use card::Card;
pub use chain::{Chain, ChainLink};
pub use check_field::CheckField;
pub use copy::{CopyButton, Copyable};
pub use crumbs::{Crumb, Crumbs};
pub use dialog::{CloseDialog, Dialog, DialogLink, OpenDialog, close_dialog, show_dialog};
pub use empty::EmptyState;
pub use error_page::ErrorPage;
pub use facts::{Fact, Facts};
pub use field::{Check, Field, described_by};
pub use file_text_field::{FileTextField, FromBytes};
pub use fingerprint::Fingerprint;
pub use form::{FieldFault, FormSummary, Required, RequiredInformation};
pub use head::PageHead;
pub use icon::{Glyph, Icon};
pub use lines_field::{LinesField, RowNote};
pub use live_region::{Announcer, LiveRegion, SkipLink, provide_announcer};
pub use mark::Mark;
pub use menu::Menu;
pub use note::Note;
pub use number_field::NumberField;
pub use pager::Pager;
pub use password_field::PasswordField;
pub use phone_nav::PhoneNav;
pub use select_field::{Choice, RadioField, SelectField};
pub use spinner::{Progress, Skeleton, Spinner};
pub use state::StateMark;
pub use steps::{Step, StepState, Steps};
pub use table::{Cell, Direction, HeadCell, Row, SelectAllCell, SelectCell, SortCell, Table};
pub use tabs::{Tab, Tabs};
pub use text_area::TextArea;
pub use text_field::TextField;
pub use tiles::{Tile, Tiles};
pub use toast::{MessageList, Toast, ToastStack, Toasts, provide_toasts, use_toasts};
pub use tone::Tone;
pub use tools::{Chip, SearchBox, Spacer, Tools};
pub use tree::{Tree, TreeBranch, TreeLeaf};
pub use words::{Words, provide_words};

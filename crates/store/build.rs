//! `sqlx::migrate!` embeds the migration files; a new file alone does not make Cargo build the crate again.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}

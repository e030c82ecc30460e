//! The words in the state columns of submissions and recipients.

use crate::store::row::words;

words! {
    /// Where a submission is on its way.
    State {
        /// Waits for its time.
        Pending = "pending",
        /// A process is sending it.
        Sending = "sending",
        /// The server has taken it.
        Sent = "sent",
        /// The connection was lost after its end was sent: it may or may not have arrived, and
        /// nothing but its owner decides to send it again.
        Unconfirmed = "unconfirmed",
        /// The server has refused it.
        Failed = "failed",
        /// Its owner has taken it back.
        Cancelled = "cancelled",
    }
}

impl State {
    /// It is on its way, or has been: its draft can't be changed.
    pub fn is_out(self) -> bool {
        !matches!(self, Self::Failed | Self::Cancelled)
    }
}

words! {
    /// The copy in the Sent folder.
    CopyState {
        /// To be made.
        Pending = "pending",
        /// Made.
        Done = "done",
        /// The server makes it itself.
        ByServer = "byServer",
        /// Could not be made.
        Failed = "failed",
        /// Not wanted.
        None = "none",
    }
}

words! {
    /// `$answered` or `$forwarded` on the email that a submission refers to.
    MarkState {
        /// To be set.
        Pending = "pending",
        /// Set.
        Done = "done",
        /// Could not be set.
        Failed = "failed",
        /// Nothing to set.
        None = "none",
    }
}

words! {
    /// What became of one recipient.
    RecipientState {
        /// Not yet tried.
        Pending = "pending",
        /// The server has taken the message for them.
        Accepted = "accepted",
        /// Refused for now.
        Deferred = "deferred",
        /// Refused for good.
        Refused = "refused",
        /// A report says that it has arrived.
        Delivered = "delivered",
        /// A report says that it can't arrive.
        Failed = "failed",
    }
}

### Mail from files, and into files.

settings-transfer = Import and export
transfer-lead = Bring mail here from files of other programs, and take a copy of yours away.
transfer-import = Import
transfer-import-hint = An mbox file, a single message (.eml), or a zip or tar archive of them or of a Maildir, packed by gzip or not. Stars, marks and dates come along. A message that is in its folder already is passed over, so nothing comes twice.
transfer-file = File
transfer-file-most = At most { $size }.
transfer-into = Into
transfer-into-own = The folders that the file names, made when they are missing
transfer-begin = Import
transfer-export = Export
transfer-export-hint = The file is written while you download it. A large mailbox takes a while; leave the page open.
transfer-what = What
transfer-all = All folders
transfer-format = As
transfer-format-mbox = mbox: one file for each folder, for nearly any mail program
transfer-format-maildir = Maildir in a tar archive, for mail servers
transfer-format-zip = zip: each message as a file (.eml)
transfer-password = Your password once more
transfer-download = Download
transfer-jobs = Lately
transfer-job-import = Import: { $name }
transfer-job-export = Export: { $name }
transfer-job-copy = Copy to { $name }
transfer-job-bulk = Changes in { $name }
transfer-job-bulk-everywhere = Changes in all folders
transfer-state-ready = Ready to download
transfer-state-running = Running
transfer-state-done = Done
transfer-state-failed = Ended early
transfer-state-cancelled = Stopped
transfer-state-interrupted = Interrupted
transfer-interrupted-hint = The server that worked on it stopped in the middle. Where it can, it goes on by itself within two minutes; if it does not, go on where it was: nothing comes twice, and nothing is lost.
transfer-interrupted-again = The server that worked on it stopped in the middle. What is done stays done; begin it again for the rest.
transfer-percent = { $percent } %
transfer-done = { $count ->
    [one] 1 message
   *[other] { $count } messages
}
transfer-known = { $count ->
    [one] 1 was there already
   *[other] { $count } were there already
}
transfer-failed-count = { $count ->
    [one] 1 could not be carried over
   *[other] { $count } could not be carried over
}
transfer-failures = What could not be carried over
transfer-failures-more = The first { $count } are shown.
transfer-cancel = Stop
transfer-resume = Go on
transfer-refresh = This page shows by itself how it goes. You can leave it; the work goes on.
transfer-back = Import and export
done-transfer-stopping = It stops before the next message.
transfer-broken = It can’t be read to its end.
transfer-busy = Another import or copy is running. Wait for it to end, or stop it.
transfer-empty = Choose a file first.
transfer-failed = Something went wrong here.
transfer-file-gone = The file is not here any more. Choose it once more.
transfer-gone = It is gone.
transfer-no-message = It is no message.
transfer-no-room = There is no room left for more mail.
transfer-packed = It is encrypted, or packed in an unknown way.
transfer-same-account = That is the same account.
transfer-stopped = It was stopped.
transfer-too-deep = It lies too deep.
transfer-too-large = It is too large for a message.
transfer-too-many = There is too much in the file.
transfer-too-many-folders = Too many folders would have to be made.
transfer-unknown-kind = The file is neither mail nor an archive of mail.
transfer-copy = Copy into another account
transfer-copy-hint = Copies all folders of { $account } with their messages. What is there already is passed over, so a copy can be made again. Nothing is deleted here.
transfer-copy-to = Into
transfer-copy-begin = Copy
transfer-account-gone = The account that it went into is not there any more.
transfer-files = Files of other imports take too much room. Wait for them to end.

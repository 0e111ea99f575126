"""The ways out as sockets: a HISP by SMTP and IMAP, fax services by HTTP. No database; never
inside of a transaction."""

"""Reading one page: markup in, pieces of text, their roles and the metadata out. Parts of `articles`; nothing else imports them."""

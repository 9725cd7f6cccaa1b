"""Reading one page: markup in, pieces of text with their roles and the metadata out. The parts that `articles` is made of."""

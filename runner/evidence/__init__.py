"""Evidence beyond collections: what people bring, who held it, and what mails, chats and notes say."""

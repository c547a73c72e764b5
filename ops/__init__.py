"""Operations on servers: what Lotsman does. Knows no chat and writes no prose."""

-- People.
CREATE TABLE app.users (
--               ^ @definition.table
    id BIGINT PRIMARY KEY,
--  ^ @definition.field in users
    name TEXT NOT NULL,
--  ^ @definition.field in users
    team_id BIGINT REFERENCES teams (id)
--  ^ @definition.field in users
);

CREATE INDEX users_by_name ON users (name);
--           ^ @definition.key

CREATE VIEW active_users AS
--          ^ @definition.table
SELECT u.id, count(*) AS visits
--           ^ @reference.call in active_users
FROM app.users u
--       ^ @reference.table in active_users
JOIN visits v ON v.user_id = u.id
--   ^ @reference.table in active_users
WHERE v.seen > 1
GROUP BY u.id;

CREATE FUNCTION add_one(value integer) RETURNS integer AS $$
--              ^ @definition.function
    SELECT value + 1;
$$ LANGUAGE sql;

CREATE TYPE mood AS ENUM ('sad', 'happy');
--          ^ @definition.type

CREATE TRIGGER users_changed
--             ^ @definition.rule
    AFTER UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION log_change();

WITH recent AS (
--   ^ @definition.variable
    SELECT id FROM visits
--                 ^ @reference.table
)
SELECT lower(name) FROM users JOIN recent ON recent.id = users.id;
--     ^ @reference.call
--                      ^ @reference.table
--                                 ^ @reference.table

INSERT INTO users (id, name) VALUES (1, 'x');
--          ^ @reference.table

ALTER TABLE users ADD COLUMN age INT;
--          ^ @reference.table
--                           ^ @definition.field

-- What each role may do in one ClearChart database. Run by a superuser, inside that database,
-- after the three roles exist. It may be run again.
--
-- clearchart_owner  owns the tables and runs migrations; no superuser, no BYPASSRLS
-- clearchart_app    the product: rows only, through row security, no TRUNCATE, no DDL
-- clearchart_maint  backup and test clean-up: reads past row security, may truncate, may not write

ALTER SCHEMA public OWNER TO clearchart_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO clearchart_app, clearchart_maint;

ALTER DEFAULT PRIVILEGES FOR ROLE clearchart_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO clearchart_app;
ALTER DEFAULT PRIVILEGES FOR ROLE clearchart_owner IN SCHEMA public
    GRANT USAGE ON SEQUENCES TO clearchart_app;
ALTER DEFAULT PRIVILEGES FOR ROLE clearchart_owner IN SCHEMA public
    GRANT SELECT, TRUNCATE ON TABLES TO clearchart_maint;
ALTER DEFAULT PRIVILEGES FOR ROLE clearchart_owner IN SCHEMA public
    GRANT SELECT ON SEQUENCES TO clearchart_maint;

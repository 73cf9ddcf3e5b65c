// What statements look for or sort by, on Neo4j.
CREATE INDEX product_version IF NOT EXISTS FOR (n:Product) ON (n.version);
CREATE INDEX product_group IF NOT EXISTS FOR (n:Product) ON (n.variant_group);
CREATE INDEX import_state IF NOT EXISTS FOR (n:Import) ON (n.state);
CREATE INDEX job_state IF NOT EXISTS FOR (n:Job) ON (n.state);
CREATE INDEX text_state IF NOT EXISTS FOR (n:Text) ON (n.state);

CREATE TABLE log (id UUID PRIMARY KEY DEFAULT gen_random_uuid(), words TEXT);

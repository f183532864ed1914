-- What an import takes in it takes out again; a row that others can see means that one ended half done.
SELECT 'line ' || line_no || ' with key ' || key || ' was left behind by an import' FROM statement_intake;

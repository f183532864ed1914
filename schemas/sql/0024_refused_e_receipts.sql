-- What a provider refused waits for a person, however many documents there are.
CREATE INDEX e_receipt_refused ON e_receipt (receipt_id) WHERE state = 'refused';

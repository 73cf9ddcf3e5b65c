// Take reviews from the products they were about. Parameters: ids. Result: none.
UNWIND $ids AS id
MATCH (r:Review {review_id: id})-[about:REVIEWS]->()
DELETE about

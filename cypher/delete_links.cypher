// Delete the derived relations of products, in both directions. Parameters: ids. Result: none.
UNWIND $ids AS id
MATCH (p:Product {product_id: id})-[link:{{links}}]-(:Product)
DELETE link

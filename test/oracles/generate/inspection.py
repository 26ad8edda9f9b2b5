# Exact Shapley values of boosted trees: XGBoost's pred_contribs, with its trees as flat arrays.
import json, sys
import numpy as np
import xgboost as xgb
rng=np.random.default_rng(7)
n=300
X=np.column_stack([rng.normal(size=n),rng.integers(0,6,n),rng.uniform(-1,1,n),rng.normal(size=n)])
X[rng.uniform(size=X.shape)<0.08]=np.nan
z=np.nan_to_num(X)
y=((z[:,0]+0.5*z[:,1]*z[:,2]+0.3*rng.normal(size=n))>0.4).astype(float)
d=xgb.DMatrix(X,label=y)
m=xgb.train(dict(max_depth=4,eta=0.3,objective='binary:logistic',tree_method='exact',base_score=0.5,seed=0,nthread=1),d,6)
rows=X[:25]
contrib=m.predict(xgb.DMatrix(rows),pred_contribs=True)
trees=[]
for t in m.get_dump(with_stats=True,dump_format='json'): trees.append(json.loads(t))
def flat(t):
    # children after the parent, the right one next to the left one
    nodes=[]; out=dict(feature=[],threshold=[],missingLeft=[],left=[],value=[],cover=[])
    def put(k,node):
        out['cover'][k]=node['cover']
        if 'leaf' in node: out['value'][k]=node['leaf']; return
        out['feature'][k]=int(node['split'][1:]); out['threshold'][k]=node['split_condition']
        out['missingLeft'][k]=int(node['missing']==node['yes'])
        ch={c['nodeid']:c for c in node['children']}
        l=len(out['feature'])
        for _ in range(2):
            out['feature'].append(-1);out['threshold'].append(0);out['missingLeft'].append(0);out['left'].append(0);out['value'].append(0);out['cover'].append(0)
        out['left'][k]=l
        put(l,ch[node['yes']]); put(l+1,ch[node['no']])
    for a,b in (('feature',-1),('threshold',0),('missingLeft',0),('left',0),('value',0),('cover',0)): out[a].append(b)
    put(0,t); return out
flats=[flat(t) for t in trees]
margin=m.predict(xgb.DMatrix(rows),output_margin=True)
json.dump(dict(version=xgb.__version__,rows=[[None if np.isnan(v) else float(np.float32(v)) for v in r] for r in rows],trees=flats,contributions=[[float(v) for v in r] for r in contrib],margin=[float(v) for v in margin]),sys.stdout,separators=(',',':'))
